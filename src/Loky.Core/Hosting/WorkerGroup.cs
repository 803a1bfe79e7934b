using Loky.Channel;

namespace Loky.Hosting;

/// <summary>A task group as the worker knows it.</summary>
internal sealed class WorkerGroup(int id, TaskKind kind, byte[] setup, byte[][] shared)
{
    private readonly CancellationTokenSource _cancellation = new();
    private volatile bool _cancelled;
    private volatile byte[][] _extensions = [];

    /// <summary>Gets the number of the group.</summary>
    public int Id { get; } = id;

    /// <summary>Gets how its items are run.</summary>
    public TaskKind Kind { get; } = kind;

    /// <summary>Gets what its items have in common.</summary>
    public ReadOnlyMemory<byte> Setup { get; } = setup;

    /// <summary>Gets the large parts of that, which other groups may have too: only to be read.</summary>
    public IReadOnlyList<byte[]> Shared { get; } = shared;

    /// <summary>Gets what its items have in common beyond that, in the order in which it came.</summary>
    public IReadOnlyList<byte[]> Extensions => _extensions;

    /// <summary>Gets a value indicating whether the parent wants an account of each item.</summary>
    public bool WantsAccounts { get; init; }

    /// <summary>Gets the trace context that its items find, or null for none.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Gets or sets what the runner keeps for the group.</summary>
    public object? RunnerState { get; set; }

    /// <summary>Gets a value indicating whether the parent no longer wants the group's items.</summary>
    public bool IsCancelled => _cancelled;

    /// <summary>Gets the token that tells the group's tasks that they are no longer wanted.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>Adds to what its items have in common. Called by the thread that reads the channel only.</summary>
    public void Extend(byte[] extension) => _extensions = [.. _extensions, extension];

    /// <summary>Notes that the parent no longer wants the group's items.</summary>
    public void Cancel() => _cancelled = true;

    /// <summary>Tells the running task, on a thread of its own: the callbacks of a token are the user's code.</summary>
    public void CancelToken() => _ = _cancellation.CancelAsync();
}
