using System.Runtime.InteropServices;

namespace Loky.Serialization;

internal sealed class BlockListFormatter<T> : ReferenceFormatter<List<T>>
    where T : unmanaged
{
    protected override void WriteContent(WriteSession session, List<T> value) => Block.Write<T>(session, CollectionsMarshal.AsSpan(value));

    protected override List<T> ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        ReadOnlySpan<byte> bytes = Block.Read<T>(ref reader, out int count);
        List<T> list = new(count);
        CollectionsMarshal.SetCount(list, count);
        bytes.CopyTo(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(list)));
        session.Register(slot, list);
        return list;
    }
}
