using Loky.Serialization;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Arrays and collections of the fixed set: their type, and what the formatter of that type makes of them.</summary>
internal static class PSCollectionFormatter
{
    /// <summary>Writes a collection, or an entry of one.</summary>
    public static void Write(PSWriteSession session, object value)
    {
        Type type = value.GetType();
        if (type.IsValueType)
        {
            session.SkipReference();
        }
        else if (!session.TryBegin(value))
        {
            return;
        }

        session.BeginComposite(PSComposite.Collection, 2);
        WireType.Write(session, type);
        session.Table.Exact(type).WriteContentOf(session, value);
    }

    /// <summary>Writes a collection that is sorted; a property bag where the order cannot be told to the other side.</summary>
    public static void WriteSorted(PSWriteSession session, object value)
    {
        if (PSComparerFormatter.CanWrite(session.Table.Exact(value.GetType()).ComparerOf(value)))
        {
            Write(session, value);
        }
        else
        {
            ObjectEncoder.WriteUnwrapped(session, value);
        }
    }

    /// <summary>Reads a collection. Where the type of its elements is not known here, it is <see cref="object"/>.</summary>
    public static object Read(ref WireReader reader, PSReadSession session, int slot)
    {
        Type? type = WireType.Read(ref reader, session);
        if (type is null || !PSFormatterTable.IsCollection(type))
        {
            throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, type, nameof(PSComposite.Collection)));
        }

        // The content is as deep as the array that it is in: for the writer the two are one.
        reader.Leave();
        object value = session.Table.Exact(type).ReadContentOf(ref reader, session, slot)!;
        reader.Enter();
        return value;
    }
}
