using System.Collections;

namespace Loky.Scheduling;

/// <summary>A list that is compiled with this assembly: for a list of structs .NET compiles its own at the first call of every session.</summary>
internal sealed class TurnList<T> : IReadOnlyList<T>
{
    private T[] _items = new T[4];

    public int Count { get; private set; }

    public int Capacity => _items.Length;

    public T this[int index] => _items[index];

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            var larger = new T[2 * Count];
            Array.Copy(_items, larger, Count);
            _items = larger;
        }

        _items[Count++] = item;
    }

    public void Clear()
    {
        Array.Clear(_items, 0, Count);
        Count = 0;
    }

    public Enumerator GetEnumerator() => new(this);

    IEnumerator<T> IEnumerable<T>.GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return _items[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<T>)this).GetEnumerator();

    /// <summary>Where a loop stands.</summary>
    public struct Enumerator(TurnList<T> list)
    {
        private int _index = -1;

        public readonly T Current => list[_index];

        public bool MoveNext() => ++_index < list.Count;
    }
}
