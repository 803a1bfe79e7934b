namespace Loky.Execution;

/// <summary>Something for the pipeline thread to write: records of one or more items, or items that were lost.</summary>
/// <param name="FirstIndex">The index of the item that the first record belongs to, or of the first item lost.</param>
/// <param name="EndedCount">How many items end with it.</param>
/// <param name="Frame">The records; whoever takes the entry disposes of them.</param>
/// <param name="Lost">Why the items were lost.</param>
internal sealed record ResultEntry(long FirstIndex, int EndedCount, RecordsFrame? Frame, Exception? Lost)
{
    /// <summary>Gets the memory the entry holds, in bytes.</summary>
    public int Size => Frame?.Records.Length ?? 0;
}
