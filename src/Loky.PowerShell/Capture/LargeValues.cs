using System.Collections;
using Loky.Execution;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Capture;

/// <summary>Finds the values of a call's variables that are large enough to be kept by the workers for later calls.</summary>
internal sealed class LargeValues(PSWriteSession writer)
{
    private readonly List<SharedValue> _values = [];
    private readonly List<List<string>> _names = [];
    private readonly Dictionary<object, int> _taken = new(ReferenceEqualityComparer.Instance);

    /// <summary>Gets the names of the variables: for each value those that have it.</summary>
    public string[][] Names => [.. _names.Select(static names => names.ToArray())];

    /// <summary>Gets their values, encoded, in the same order.</summary>
    public IReadOnlyList<SharedValue> Values => _values;

    /// <summary>Takes a value if it is large. What cannot be encoded is left where its error names the variable.</summary>
    public bool TryTake(string name, object? value)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (bare is PSCustomObject)
        {
            bare = value;
        }

        if (!MayBeLarge(bare))
        {
            return false;
        }

        // One object under two names is one object in the worker too.
        if (_taken.TryGetValue(bare!, out int index))
        {
            _names[index].Add(name);
            return true;
        }

        using var buffer = new PooledBuffer();
        try
        {
            writer.Write(buffer, value);
        }
        catch (TaskSerializationException)
        {
            return false;
        }

        if (buffer.Length is < SharedValue.MinSize or > SharedValue.MaxSize)
        {
            return false;
        }

        _taken.Add(bare!, _values.Count);
        _names.Add([name]);
        _values.Add(SharedValue.Of(buffer.WrittenSpan, buffer.FirstLargeBlock));
        return true;
    }

    /// <summary>Most values are small, and told by their type alone. What may be large is encoded twice where it turns out small;
    /// that is why objects whose properties may cost anything to ask for are not among them.</summary>
    private static bool MayBeLarge(object? value) => value switch
    {
        string text => text.Length >= SharedValue.MinSize / 4,
        Array { Rank: 1 } array when array.GetType().GetElementType()!.IsPrimitive => array.Length >= SharedValue.MinSize / sizeof(long),
        ICollection or PSObject => true,
        _ => false,
    };
}
