using Loky.Channel;

namespace Loky.Hosting;

/// <summary>A task group as the worker knows it.</summary>
internal sealed class WorkerGroup(int id, TaskKind kind, byte[] setup, ReadOnlyMemory<byte>[] shared)
{
    private readonly CancellationTokenSource _cancellation = new();
    private volatile bool _cancelled;
    private volatile byte[][] _extensions = [];

    public int Id { get; } = id;

    public TaskKind Kind { get; } = kind;

    public ReadOnlyMemory<byte> Setup { get; } = setup;

    /// <summary>Gets the large parts of that, which other groups may have too: only to be read.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Shared { get; } = shared;

    /// <summary>Gets what its items have in common beyond that, in the order in which it came.</summary>
    public IReadOnlyList<byte[]> Extensions => _extensions;

    /// <summary>Gets a value indicating whether the parent wants an account of each item.</summary>
    public bool WantsAccounts { get; init; }

    /// <summary>Gets the trace context that its items find, or null for none.</summary>
    public string? TraceParent { get; init; }

    public object? RunnerState { get; set; }

    public bool IsCancelled => _cancelled;

    public CancellationToken Token => _cancellation.Token;

    /// <summary>Adds to what its items have in common; called by the thread that reads the channel only.</summary>
    public void Extend(byte[] extension) => _extensions = [.. _extensions, extension];

    public void Cancel() => _cancelled = true;

    /// <summary>Tells the running task, on a thread of its own: the callbacks of a token are the user's code.</summary>
    public void CancelToken() => _ = _cancellation.CancelAsync();
}
