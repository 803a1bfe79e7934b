using System.Collections;

namespace Loky.PowerShell.Serialization;

/// <summary>Arrays of bytes and objects, and lists without an element type, each with its own form.</summary>
internal static class ArrayFormatters
{
    public static void WriteBytes(PSWriteSession session, object value)
    {
        if (session.Begin(value))
        {
            session.Writer.WriteBinary((byte[])value);
            session.Leave();
        }
    }

    public static byte[] ReadBytes(ref WireReader reader, PSReadSession session)
    {
        byte[] bytes = reader.ToArray<byte>(reader.ReadBinary());
        session.Register(session.Reserve(), bytes);
        return bytes;
    }

    public static void WriteObjects(PSWriteSession session, object value)
    {
        if (session.Begin(value))
        {
            var array = (object?[])value;
            session.Writer.WriteArrayHeader(array.Length);
            WriteElements(session, array);
            session.Leave();
        }
    }

    public static void WriteElements(PSWriteSession session, object?[] array)
    {
        for (int i = 0; i < array.Length; i++)
        {
            session.At(i);
            session.WriteValue(array[i]);
        }
    }

    public static object[] ReadObjects(ref WireReader reader, PSReadSession session, int slot, int count)
    {
        // Members can be added to an array: an empty one must not be the same as any other.
        var array = new object[count];
        session.Register(slot, array);
        for (int i = 0; i < array.Length; i++)
        {
            array[i] = session.ReadValue(ref reader)!;
        }

        return array;
    }

    public static void WriteList(PSWriteSession session, object value)
    {
        if (session.Begin(value))
        {
            var list = (ArrayList)value;
            WriteItems(session, list, list.Count);
            session.Leave();
        }
    }

    /// <summary>Writes the elements of a collection as those of a list, of which there must be as many as announced.</summary>
    public static void WriteItems(PSWriteSession session, IEnumerable items, int announced)
    {
        session.BeginComposite(PSComposite.ArrayList, announced);
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

    public static ArrayList ReadList(ref WireReader reader, PSReadSession session, int slot, int count)
    {
        var list = new ArrayList(ItemSequence.Room(count));
        session.Register(slot, list);
        for (int i = 0; i < count; i++)
        {
            _ = list.Add(session.ReadValue(ref reader));
        }

        return list;
    }

    public static void ThrowIfChanged(int announced, int found)
    {
        if (announced != found)
        {
            throw new InvalidOperationException(MessageText.Format(Messages.PSValueCollectionChanged, announced, found));
        }
    }
}
