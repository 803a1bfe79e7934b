namespace Loky.Execution;

/// <summary>
/// How long an item of some block or delegate takes, kept from call to call, so that a call starts with what the last
/// one ended with. Thread-safe; calls that run at the same time share it.
/// </summary>
internal sealed class ItemCost
{
    private double _microseconds = -1;

    /// <summary>Gets or sets the microseconds of one item; negative if nothing is known.</summary>
    public double Microseconds
    {
        get => Volatile.Read(ref _microseconds);
        set => Volatile.Write(ref _microseconds, value);
    }
}
