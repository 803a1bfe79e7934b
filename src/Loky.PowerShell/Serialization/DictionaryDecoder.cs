using System.Collections.Specialized;
using System.Collections;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Reads the dictionaries without key and value types.</summary>
internal static class DictionaryDecoder
{
    /// <summary>Reads a <see cref="Hashtable"/>.</summary>
    public static Hashtable ReadHashtable(ref WireReader reader, PSReadSession session, int slot, int count)
    {
        int pairs = Pairs(count);
        var table = new Hashtable(PSReadSession.Capacity(pairs), session.Table.Comparers.Read(ref reader, session) as IEqualityComparer);
        session.Register(slot, table);
        for (int i = 0; i < pairs; i++)
        {
            object key = session.ReadValue(ref reader)!;
            table.Add(key, session.ReadValue(ref reader));
        }

        return table;
    }

    /// <summary>Reads an <see cref="OrderedDictionary"/>.</summary>
    public static OrderedDictionary ReadOrdered(ref WireReader reader, PSReadSession session, int slot, int count)
    {
        int pairs = Pairs(count);
        var dictionary = new OrderedDictionary(PSReadSession.Capacity(pairs), session.Table.Comparers.Read(ref reader, session) as IEqualityComparer);
        session.Register(slot, dictionary);
        for (int i = 0; i < pairs; i++)
        {
            object key = session.ReadValue(ref reader)!;
            dictionary.Add(key, session.ReadValue(ref reader));
        }

        return dictionary;
    }

    /// <summary>Gets how many keys and values follow a comparer.</summary>
    public static int Pairs(int count) =>
        count % 2 == 1
            ? count / 2
            : throw new FormatException(MessageText.Format(Messages.PSValueWrongSize, count, nameof(IDictionary)));
}
