using System.Runtime.CompilerServices;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// Numbers the objects of one value in the order of first sight, by identity. Cleared for each value, so that it must
/// be cheap both for none and for a million objects.
/// </summary>
internal sealed class ReferenceTable
{
    /// <summary>The number of an object that has begun, but that the reader can make only from all of its parts.</summary>
    public const int Pending = -1;

    private const int InitialSize = 16;
    private const int LargestKept = 4096;

    private object?[] _keys = new object?[InitialSize];
    private int[] _numbers = new int[InitialSize];
    private int _count;
    private int _next;

    /// <summary>Uses up a number for something on the wire that nothing can refer to, or not yet.</summary>
    public int SkipNumber() => _next++;

    /// <summary>Gets the number of <paramref name="key"/>, if it has one.</summary>
    public bool TryGet(object key, out int number)
    {
        int mask = _keys.Length - 1;
        int at = RuntimeHelpers.GetHashCode(key) & mask;
        while (_keys[at] is { } found)
        {
            if (ReferenceEquals(found, key))
            {
                number = _numbers[at];
                return true;
            }

            at = (at + 1) & mask;
        }

        number = Pending;
        return false;
    }

    /// <summary>Gives <paramref name="key"/>, which has none, the next number.</summary>
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

    /// <summary>Gives <paramref name="key"/>, which has a number, another one, and returns the former.</summary>
    public int Replace(object key, int number)
    {
        int mask = _keys.Length - 1;
        int at = RuntimeHelpers.GetHashCode(key) & mask;
        while (!ReferenceEquals(_keys[at], key))
        {
            at = (at + 1) & mask;
        }

        int former = _numbers[at];
        _numbers[at] = number;
        return former;
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
        if (_keys.Length > LargestKept)
        {
            _keys = new object?[InitialSize];
            _numbers = new int[InitialSize];
        }
        else
        {
            Array.Clear(_keys);
        }
    }

    private void Grow()
    {
        object?[] keys = _keys;
        int[] numbers = _numbers;
        _keys = new object?[keys.Length * 2];
        _numbers = new int[keys.Length * 2];
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
        int mask = _keys.Length - 1;
        int at = RuntimeHelpers.GetHashCode(key) & mask;
        while (_keys[at] is not null)
        {
            at = (at + 1) & mask;
        }

        _keys[at] = key;
        _numbers[at] = number;
    }
}
