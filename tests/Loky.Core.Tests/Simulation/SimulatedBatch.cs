namespace Loky.Tests.Simulation;

/// <summary>A batch as a simulated worker has it.</summary>
internal sealed class SimulatedBatch(int group, long firstSequence, int[] items, int attempt)
{
    /// <summary>Gets the number of the group.</summary>
    public int Group { get; } = group;

    /// <summary>Gets the number of the first item within the worker.</summary>
    public long FirstSequence { get; } = firstSequence;

    /// <summary>Gets which attempt it is.</summary>
    public int Attempt { get; } = attempt;

    /// <summary>Gets how many items were taken.</summary>
    public int Taken { get; private set; }

    /// <summary>Gets how many there are to take.</summary>
    public int Limit { get; private set; } = items.Length;

    /// <summary>Gets a value indicating whether none is left.</summary>
    public bool IsExhausted => Taken >= Limit;

    /// <summary>Takes the next item and its number.</summary>
    public (int Item, long Sequence) Take() => (items[Taken], FirstSequence + Taken++);

    /// <summary>Gives back what was not taken.</summary>
    public int GiveBack()
    {
        int back = Limit - Taken;
        Limit = Taken;
        return back;
    }
}
