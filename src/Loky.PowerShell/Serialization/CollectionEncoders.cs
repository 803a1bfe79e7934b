using System.Collections;
using System.Runtime.InteropServices;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Writes arrays and the lists without an element type.</summary>
internal static class CollectionEncoders
{
    /// <summary>Writes a byte array as what MessagePack calls binary.</summary>
    public static void WriteBytes(PSValueWriter writer, object value)
    {
        if (writer.Begin(value))
        {
            writer.Out.WriteBinary((byte[])value);
            writer.Leave();
        }
    }

    /// <summary>Writes an array of objects, which is what PowerShell's own arrays are.</summary>
    public static void WriteObjectArray(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var array = (object?[])value;
        writer.Out.WriteArrayHeader(array.Length);
        for (int i = 0; i < array.Length; i++)
        {
            writer.At(i);
            writer.WriteValue(array[i]);
        }

        writer.Leave();
    }

    /// <summary>Writes an <see cref="ArrayList"/>.</summary>
    public static void WriteArrayList(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var list = (ArrayList)value;
        writer.BeginComposite(PSComposite.ArrayList, list.Count);
        WriteItems(writer, list, list.Count);
        writer.Leave();
    }

    /// <summary>Writes the elements of a collection, of which there must be as many as were announced.</summary>
    public static void WriteItems(PSValueWriter writer, IEnumerable items, int announced)
    {
        int index = 0;
        foreach (object? item in items)
        {
            if (index < announced)
            {
                writer.At(index);
                writer.WriteValue(item);
            }

            index++;
        }

        ThrowIfChanged(announced, index);
    }

    /// <summary>Throws if a collection had another number of elements than it said.</summary>
    public static void ThrowIfChanged(int announced, int found)
    {
        if (announced != found)
        {
            throw new InvalidOperationException(MessageText.Format(Messages.PSValueCollectionChanged, announced, found));
        }
    }

    /// <summary>Gets the encoder of an array type.</summary>
    public static ValueEncoder ForArray(Type type)
    {
        Type element = type.GetElementType()!;
        if (!type.IsSZArray)
        {
            return WriteMultiArray;
        }

        return element.IsPrimitive && element != typeof(nint) && element != typeof(nuint)
            ? WritePrimitives
            : WriteTyped;
    }

    /// <summary>Writes numbers as they are in memory: every machine that PowerShell runs on has the same byte order.</summary>
    public static void WritePrimitives(PSValueWriter writer, TypeCode type, ReadOnlySpan<byte> data)
    {
        WireWriter output = writer.Out;
        output.WriteExtensionHeader(PSExtension.PrimitiveArray, checked(data.Length + 1));
        ReadOnlySpan<byte> code = [(byte)type];
        output.WriteRaw(code);
        output.WriteRaw(data);
    }

    private static void WritePrimitives(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var array = (Array)value;
        TypeCode type = Type.GetTypeCode(array.GetType().GetElementType());
        int size = checked(array.Length * PrimitiveArrays.SizeOf(type));
        WritePrimitives(writer, type, MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), size));
        writer.Leave();
    }

    private static void WriteTyped(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var array = (Array)value;
        writer.BeginComposite(PSComposite.Array, array.Length + 1);
        WireType.Write(writer, array.GetType().GetElementType()!);
        if (array is object?[] references)
        {
            for (int i = 0; i < references.Length; i++)
            {
                writer.At(i);
                writer.WriteValue(references[i]);
            }
        }
        else
        {
            WriteItems(writer, array, array.Length);
        }

        writer.Leave();
    }

    private static void WriteMultiArray(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var array = (Array)value;
        writer.BeginComposite(PSComposite.MultiArray, checked(2 + array.Length));
        WireType.Write(writer, array.GetType().GetElementType()!);
        writer.Out.WriteArrayHeader(array.Rank);
        for (int i = 0; i < array.Rank; i++)
        {
            writer.Out.Write(array.GetLength(i));
        }

        WriteItems(writer, array, array.Length);
        writer.Leave();
    }
}
