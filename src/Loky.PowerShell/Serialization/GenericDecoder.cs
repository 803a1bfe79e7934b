using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Reads typed arrays and generic collections. Where an element type is not known here, it is <see cref="object"/>.</summary>
internal static class GenericDecoder
{
    private const int MostRanks = 32;

    /// <summary>Reads the rest of a composite value, or returns null if it is of another kind.</summary>
    public static object? TryRead(ref WireReader reader, PSValueReader values, int slot, PSComposite kind, int count)
    {
        switch (kind)
        {
            case PSComposite.Array when count >= 1:
                return ReadArray(ref reader, values, slot, count - 1);
            case PSComposite.MultiArray when count >= 2:
                return ReadMultiArray(ref reader, values, slot, count - 2);
            case PSComposite.List when count >= 1:
                return ReadOne(ref reader, values, slot, typeof(List<>), count - 1);
            case PSComposite.Collection when count >= 1:
                return ReadOne(ref reader, values, slot, typeof(Collection<>), count - 1);
            case PSComposite.HashSet when count >= 2:
                return ReadOne(ref reader, values, slot, typeof(HashSet<>), count - 1);
            case PSComposite.Queue when count >= 1:
                return reader.TryReadNil()
                    ? ReadQueue(ref reader, values, slot, count - 1)
                    : ReadOne(ref reader, values, slot, typeof(Queue<>), count - 1);
            case PSComposite.Stack when count >= 1:
                return reader.TryReadNil()
                    ? ReadStack(ref reader, values, slot, count - 1)
                    : ReadOne(ref reader, values, slot, typeof(Stack<>), count - 1);
            case PSComposite.Dictionary when count >= 3 && count % 2 == 1:
                return ReadTwo(ref reader, values, slot, typeof(Dictionary<,>), count - 2);
            case PSComposite.SortedDictionary when count >= 4 && count % 2 == 0:
                return ReadTwo(ref reader, values, slot, typeof(SortedDictionary<,>), count - 2);
            case PSComposite.SortedList when count >= 3:
                return count % 2 == 1 && reader.TryReadNil()
                    ? SortedListCodec.Read(ref reader, values, slot, count - 1)
                    : ReadTwo(ref reader, values, slot, typeof(SortedList<,>), count - 2);
            case PSComposite.SortedSet when count >= 3:
                return ReadOne(ref reader, values, slot, typeof(SortedSet<>), count - 1);
            case PSComposite.KeyValuePair when count == 4:
                return ReadTwo(ref reader, values, slot, typeof(KeyValuePair<,>), 2);
            case PSComposite.PackedList when count == 1:
                return ReadPacked(ref reader, values);
            default:
                return null;
        }
    }

    /// <summary>Makes of a value that was read what a place of <paramref name="type"/> takes: with a wrapper, or without.</summary>
    public static object? Fit(object? value, Type type)
    {
        if (value is PSObject wrapper)
        {
            return type.IsInstanceOfType(value) ? value : wrapper.BaseObject;
        }

        return value is not null && type == typeof(PSObject) ? PSObject.AsPSObject(value) : value;
    }

    private static object ReadOne(ref WireReader reader, PSValueReader values, int slot, Type definition, int count)
    {
        Type element = WireType.Read(ref reader, values) ?? typeof(object);
        return GenericCodec.Find(definition.MakeGenericType(element))!.Read(ref reader, values, slot, count);
    }

    private static object ReadTwo(ref WireReader reader, PSValueReader values, int slot, Type definition, int count)
    {
        Type key = WireType.Read(ref reader, values) ?? typeof(object);
        Type value = WireType.Read(ref reader, values) ?? typeof(object);
        return GenericCodec.Find(definition.MakeGenericType(key, value))!.Read(ref reader, values, slot, count);
    }

    private static object ReadPacked(ref WireReader reader, PSValueReader values)
    {
        var items = (Array)values.ReadValue(ref reader)!;
        return Activator.CreateInstance(typeof(List<>).MakeGenericType(items.GetType().GetElementType()!), items)!;
    }

    private static Array ReadArray(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        Type element = WireType.Read(ref reader, values) ?? typeof(object);
        Array array = Array.CreateInstance(element, count);
        values.SetReference(slot, array);
        if (array is object?[] references)
        {
            for (int i = 0; i < count; i++)
            {
                object? value = values.ReadValue(ref reader);
                object? fitting = Fit(value, element);
                if (fitting is not null && !element.IsInstanceOfType(fitting))
                {
                    // One that could not come as what it was, a long match say: an array of anything has room for it.
                    (references, element, fitting) = (Array.ConvertAll(references, static known => (object?)known), typeof(object), value);
                    values.SetReference(slot, references);
                }

                references[i] = fitting;
            }

            return references;
        }

        for (int i = 0; i < count; i++)
        {
            array.SetValue(Fit(values.ReadValue(ref reader), element), i);
        }

        return array;
    }

    private static Array ReadMultiArray(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        Type element = WireType.Read(ref reader, values) ?? typeof(object);
        var lengths = new int[reader.ReadArrayHeader()];
        long product = lengths.Length is > 0 and <= MostRanks ? 1 : -1;
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = reader.ReadInt32();
            product = lengths[i] < 0 || product > int.MaxValue ? -1 : product * lengths[i];
        }

        if (product != count)
        {
            throw new FormatException(MessageText.Format(Messages.PSValueWrongSize, count, nameof(Array)));
        }

        Array array = Array.CreateInstance(element, lengths);
        values.SetReference(slot, array);
        var index = new int[lengths.Length];
        for (int i = 0; i < count; i++)
        {
            array.SetValue(Fit(values.ReadValue(ref reader), element), index);
            for (int dimension = index.Length - 1; dimension >= 0 && ++index[dimension] == lengths[dimension]; dimension--)
            {
                index[dimension] = 0;
            }
        }

        return array;
    }

    private static Queue ReadQueue(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        var queue = new Queue(Math.Max(PSValueReader.Capacity(count), 1));
        values.SetReference(slot, queue);
        for (int i = 0; i < count; i++)
        {
            queue.Enqueue(values.ReadValue(ref reader));
        }

        return queue;
    }

    private static Stack ReadStack(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        var stack = new Stack(PSValueReader.Capacity(count));
        values.SetReference(slot, stack);
        for (int i = 0; i < count; i++)
        {
            stack.Push(values.ReadValue(ref reader));
        }

        return stack;
    }
}
