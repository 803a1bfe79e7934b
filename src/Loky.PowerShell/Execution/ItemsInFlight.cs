namespace Loky.PowerShell.Execution;

/// <summary>The items of a call that were submitted and have not ended. Not thread-safe.</summary>
internal sealed class ItemsInFlight
{
    private readonly Dictionary<long, Submitted> _items = [];

    /// <summary>Gets how many there are.</summary>
    public int Count => _items.Count;

    /// <summary>Gets how many items there have ever been.</summary>
    public long Added { get; private set; }

    /// <summary>Gets the size of all that were encoded, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Gets the items.</summary>
    public IEnumerable<object?> Items => _items.Values.Select(static submitted => submitted.Item);

    /// <summary>Adds an item.</summary>
    public void Add(long index, object? item, int size)
    {
        _items.Add(index, new Submitted(item, size));
        Added++;
        Bytes += size;
    }

    /// <summary>Returns an item that has not ended; else null.</summary>
    public object? Find(long index) => _items.TryGetValue(index, out Submitted submitted) ? submitted.Item : null;

    /// <summary>Takes an item out, and returns it.</summary>
    public object? End(long index)
    {
        if (_items.Remove(index, out Submitted submitted))
        {
            Bytes -= submitted.Size;
        }

        return submitted.Item;
    }

    private readonly record struct Submitted(object? Item, int Size);
}
