using System.Collections;
using System.Management.Automation;
using Loky.Execution;
using Loky.MessagePack;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Capture;

/// <summary>Finds the values of a call's variables that are large enough to be kept by the workers for later calls.</summary>
internal sealed class LargeValues(PSValueWriter writer)
{
    private readonly List<SharedValue> _values = [];

    /// <summary>Gets the names of the variables.</summary>
    public List<string> Names { get; } = [];

    /// <summary>Gets their values, encoded, in the order of the names.</summary>
    public IReadOnlyList<SharedValue> Values => _values;

    /// <summary>Takes a value if it is large. What cannot be encoded is left where its error names the variable.</summary>
    public bool TryTake(string name, object? value)
    {
        if (!MayBeLarge(value is PSObject wrapped ? wrapped.BaseObject : value))
        {
            return false;
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

        if (buffer.Length is < SharedValue.MinSize or > (int)SharedValueList.Capacity)
        {
            return false;
        }

        Names.Add(name);
        _values.Add(SharedValue.Of(buffer.WrittenSpan.ToArray()));
        return true;
    }

    /// <summary>
    /// Most values are small, and told by their type alone. What may be large is encoded twice where it turns out small;
    /// that is why objects whose properties may cost anything to ask for are not among them.
    /// </summary>
    private static bool MayBeLarge(object? value) => value switch
    {
        string text => text.Length >= SharedValue.MinSize / 4,
        Array { Rank: 1 } array when array.GetType().GetElementType()!.IsPrimitive => array.Length >= SharedValue.MinSize / sizeof(long),
        ICollection or PSCustomObject => true,
        _ => false,
    };
}
