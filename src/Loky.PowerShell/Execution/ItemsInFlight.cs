namespace Loky.PowerShell.Execution;

/// <summary>The items of a call that were submitted and have not ended. Not thread-safe.</summary>
internal sealed class ItemsInFlight
{
    private readonly Dictionary<long, Submitted> _items = [];

    public int Count => _items.Count;

    public long Added { get; private set; }

    public long Bytes { get; private set; }

    public IEnumerable<object?> Items => _items.Values.Select(static submitted => submitted.Item);

    public void Add(long index, object? item, int size)
    {
        _items.Add(index, new Submitted(item, size));
        Added++;
        Bytes += size;
    }

    public object? Find(long index) => _items.TryGetValue(index, out Submitted submitted) ? submitted.Item : null;

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
