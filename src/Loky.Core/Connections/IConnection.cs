using Loky.Channel;

namespace Loky.Connections;

/// <summary>One worker as the pool reaches it; it always tells its owner, once, how the worker ended. Thread-safe.</summary>
internal interface IConnection
{
    /// <summary>Gets the id of the worker's process where it runs; 0 before it has one.</summary>
    int ProcessId { get; }

    /// <summary>Gets the host that it runs on, or is to; null for this machine.</summary>
    string? HostName => null;

    ILedger Ledger { get; }

    /// <summary>Starts the worker, without blocking; its owner hears of all that follows, and last of its end.</summary>
    void Start();

    /// <summary>Queues a frame for <see cref="Pump"/>; one for a worker that is not connected, or no more, is dropped.</summary>
    void Enqueue(OutgoingFrame frame);

    /// <summary>Sends what is queued, without blocking.</summary>
    void Pump();

    /// <summary>Ends the worker by force, whatever its state. Its end is told as ever.</summary>
    void Abort();

    /// <summary>Does so from a process that ends before anything else can, and leaves nothing of the worker behind.</summary>
    void AbortNow();

    /// <summary>Shows what the worker writes to its standard error, from what it has written so far.</summary>
    void ShowErrors();
}
