namespace Loky.Serialization;

/// <summary>The objects of a value in the order in which they were met.</summary>
/// <remarks>Most values have few objects; to look through a few is faster than to hash them.</remarks>
internal struct SeenObjects
{
    private const int Few = 8;

    private object[]? _few;
    private Dictionary<object, int>? _many;
    private int _count;

    /// <summary>Gives <paramref name="value"/> the next number and returns -1; or returns the number that it has already.</summary>
    public int Add(object value)
    {
        if (_many is not null)
        {
            return AddToMany(value);
        }

        _few ??= new object[Few];
        for (int i = 0; i < _count; i++)
        {
            if (ReferenceEquals(_few[i], value))
            {
                return i;
            }
        }

        if (_count < Few)
        {
            _few[_count++] = value;
            return -1;
        }

        _many = new Dictionary<object, int>(4 * Few, ReferenceEqualityComparer.Instance);
        for (int i = 0; i < Few; i++)
        {
            _many.Add(_few[i], i);
        }

        return AddToMany(value);
    }

    private int AddToMany(object value)
    {
        if (_many!.TryAdd(value, _count))
        {
            _count++;
            return -1;
        }

        return _many[value];
    }
}
