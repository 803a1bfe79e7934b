namespace Loky.Runs;

/// <summary>An item that has not ended, as those know it who tell of its run; times are universal, sizes in bytes.</summary>
internal struct OpenItem(long number, ItemHash hash, int bytes, DateTime queued)
{
    /// <summary>Its number in the input of the call, from 1; 0 once it has ended.</summary>
    public long Number = number;

    /// <summary>How much the attempt that is under way has written in frames before the one at hand.</summary>
    public long Written;

    /// <summary>Gets what its encoded form is known by.</summary>
    public readonly ItemHash Hash { get; } = hash;

    public readonly DateTime Queued { get; } = queued;

    public readonly int Bytes { get; } = bytes;
}
