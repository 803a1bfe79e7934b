namespace Loky.Runs;

/// <summary>An item that has not ended, as those know it who tell how it is run.</summary>
/// <param name="number">Its number in the input of the call, from 1.</param>
/// <param name="hash">What its encoded form is known by.</param>
/// <param name="bytes">The size of that.</param>
/// <param name="queued">When it was there to be run, in universal time.</param>
internal struct OpenItem(long number, ItemHash hash, int bytes, DateTime queued)
{
    /// <summary>Its number in the input of the call, from 1; 0 once it has ended.</summary>
    public long Number = number;

    /// <summary>How much the attempt that is under way has written in frames before the one at hand.</summary>
    public long Written;

    /// <summary>Gets what its encoded form is known by.</summary>
    public readonly ItemHash Hash { get; } = hash;

    /// <summary>Gets when it was there to be run.</summary>
    public readonly DateTime Queued { get; } = queued;

    /// <summary>Gets the size of its encoded form.</summary>
    public readonly int Bytes { get; } = bytes;
}
