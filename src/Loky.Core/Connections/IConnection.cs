using Loky.Channel;

namespace Loky.Connections;

/// <summary>One worker as the pool reaches it: takes frames to it, and tells its owner once, and always, how it ended. Thread-safe.</summary>
internal interface IConnection
{
    /// <summary>Gets the id of the worker's process where it runs; 0 before it has one.</summary>
    int ProcessId { get; }

    /// <summary>Gets the name of the machine that it runs on; null for this one.</summary>
    string? HostName => null;

    /// <summary>Gets what may have started there.</summary>
    ILedger Ledger { get; }

    /// <summary>Starts the worker, without blocking. Its owner hears of everything that follows, and last of its end.</summary>
    void Start();

    /// <summary>Queues a frame; <see cref="Pump"/> sends it. A frame for a worker that is not connected, or no more, is dropped.</summary>
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
