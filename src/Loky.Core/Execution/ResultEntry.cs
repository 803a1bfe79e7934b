namespace Loky.Execution;

/// <summary>Something for the reader to write: records of items, items that were lost, or items handed to a worker.</summary>
/// <param name="FirstIndex">The index of the first record's item, or of the first item lost or handed over.</param>
/// <param name="Count">How many items end with it, or are handed over.</param>
/// <param name="Frame">The records; whoever takes the entry disposes of them.</param>
/// <param name="Lost">Why the items were lost.</param>
internal sealed record ResultEntry(long FirstIndex, int Count, RecordsFrame? Frame, Exception? Lost)
{
    public bool IsStart => Frame is null && Lost is null;

    /// <summary>Gets the host of the worker that the items were handed to; null for this machine.</summary>
    public string? HostName { get; init; }

    public int Size => Frame?.Records.Length ?? 0;
}
