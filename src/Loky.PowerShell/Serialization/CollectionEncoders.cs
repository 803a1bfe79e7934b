using System.Collections;
using System.Runtime.InteropServices;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Writes arrays and the lists without an element type.</summary>
internal static class CollectionEncoders
{
    /// <summary>Writes a byte array as what MessagePack calls binary.</summary>
    public static void WriteBytes(PSWriteSession session, object value)
    {
        if (session.Begin(value))
        {
            session.Writer.WriteBinary((byte[])value);
            session.Leave();
        }
    }

    /// <summary>Writes an array of objects, which is what PowerShell's own arrays are.</summary>
    public static void WriteObjectArray(PSWriteSession session, object value)
    {
        if (!session.Begin(value))
        {
            return;
        }

        var array = (object?[])value;
        session.Writer.WriteArrayHeader(array.Length);
        for (int i = 0; i < array.Length; i++)
        {
            session.At(i);
            session.WriteValue(array[i]);
        }

        session.Leave();
    }

    /// <summary>Writes an <see cref="ArrayList"/>.</summary>
    public static void WriteArrayList(PSWriteSession session, object value)
    {
        if (!session.Begin(value))
        {
            return;
        }

        var list = (ArrayList)value;
        session.BeginComposite(PSComposite.ArrayList, list.Count);
        WriteItems(session, list, list.Count);
        session.Leave();
    }

    /// <summary>Writes the elements of a collection, of which there must be as many as were announced.</summary>
    public static void WriteItems(PSWriteSession session, IEnumerable items, int announced)
    {
        int index = 0;
        foreach (object? item in items)
        {
            if (index < announced)
            {
                session.At(index);
                session.WriteValue(item);
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
}
