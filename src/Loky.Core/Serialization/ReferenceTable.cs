using System.Runtime.CompilerServices;

namespace Loky.Serialization;

/// <summary>Numbers the objects of one value in order of first sight, by identity; cheap for none and for a million.</summary>
internal sealed class ReferenceTable
{
    /// <summary>The number of an object that has begun, but that the reader can make only from all of its parts.</summary>
    public const int Pending = -1;

    private const int InitialSize = 16;
    private const int LargestKept = 4096;

    // One free place: all that looking for an object needs where there is none.
    private static readonly object?[] Empty = new object?[1];

    private object?[] _keys = Empty;
    private int[] _numbers = [];
    private int _count;
    private int _next;
    private List<object>? _pending;

    /// <summary>Uses up a number for something on the wire that nothing can refer to, or not yet.</summary>
    public int SkipNumber() => _next++;

    public bool TryGet(object key, out int number)
    {
        int at = Find(key);
        bool found = _keys[at] is not null;
        number = found ? _numbers[at] : Pending;
        return found;
    }

    /// <summary>Gives <paramref name="key"/> the next number if it has none; otherwise tells the one that it has.</summary>
    public bool TryAdd(object key, out int number)
    {
        if ((_count + 1) * 2 > _keys.Length)
        {
            Grow();
        }

        int at = Find(key);
        if (_keys[at] is not null)
        {
            number = _numbers[at];
            return false;
        }

        number = _next++;
        _count++;
        _keys[at] = key;
        _numbers[at] = number;
        return true;
    }

    public void Add(object key) => Add(key, _next++);

    /// <summary>Gives <paramref name="key"/>, which has none, a number that was kept for it.</summary>
    public void Add(object key, int number)
    {
        if (++_count * 2 > _keys.Length)
        {
            Grow();
        }

        Insert(key, number);
    }

    /// <summary>Begins what nothing can refer to before it has ended, and returns its number.</summary>
    public int Begin(object key)
    {
        int at = Find(key);
        int number = _numbers[at];
        _numbers[at] = Pending;
        (_pending ??= []).Add(key);
        return number;
    }

    public void End(object key, int number)
    {
        _numbers[Find(key)] = number;
        _pending!.RemoveAt(_pending.Count - 1);
    }

    /// <summary>Makes a table for a value inside this one, which knows only what nothing can refer to yet.</summary>
    public ReferenceTable Nested()
    {
        var nested = new ReferenceTable();
        foreach (object key in _pending ?? [])
        {
            nested.Add(key, Pending);
            (nested._pending ??= []).Add(key);
        }

        return nested;
    }

    /// <summary>Forgets everything, keeping no object alive.</summary>
    public void Clear()
    {
        _next = 0;
        if (_count == 0)
        {
            return;
        }

        _count = 0;
        _pending?.Clear();
        if (_keys.Length > LargestKept)
        {
            (_keys, _numbers) = (Empty, []);
        }
        else
        {
            Array.Clear(_keys);
        }
    }

    /// <summary>Gets the place of a key, or the free one where it would be.</summary>
    private int Find(object key)
    {
        object?[] keys = _keys;
        int mask = keys.Length - 1;
        int at = RuntimeHelpers.GetHashCode(key) & mask;
        while (keys[at] is { } found && !ReferenceEquals(found, key))
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    private void Grow()
    {
        (object?[] keys, int[] numbers) = (_keys, _numbers);
        int size = Math.Max(keys.Length * 2, InitialSize);
        (_keys, _numbers) = (new object?[size], new int[size]);
        for (int i = 0; i < keys.Length; i++)
        {
            if (keys[i] is { } key)
            {
                Insert(key, numbers[i]);
            }
        }
    }

    private void Insert(object key, int number)
    {
        int at = Find(key);
        _keys[at] = key;
        _numbers[at] = number;
    }
}
