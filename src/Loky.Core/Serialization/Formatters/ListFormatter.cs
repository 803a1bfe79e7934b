using System.Runtime.InteropServices;

namespace Loky.Serialization;

internal sealed class ListFormatter<T>(FormatterTable table) : ReferenceFormatter<List<T>>
{
    protected override void WriteContent(WriteSession session, List<T> value)
    {
        int count = value.Count;
        ItemSequence.Write<T>(session, table.Declared<T>(), CollectionsMarshal.AsSpan(value), typeof(List<T>));
        if (value.Count != count)
        {
            throw new UnsendableValueException(MessageText.Format(Messages.CollectionChanged, count, value.Count), TypeNames.Display(typeof(List<T>)));
        }
    }

    protected override List<T> ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        Formatter<T> formatter = table.Declared<T>();
        int count = reader.ReadArrayHeader();
        List<T> list = new(ItemSequence.Room(count));
        session.Register(slot, list);
        reader.Enter();
        for (int i = 0; i < count; i++)
        {
            list.Add(formatter.Read(ref reader, session));
        }

        reader.Leave();
        return list;
    }
}
