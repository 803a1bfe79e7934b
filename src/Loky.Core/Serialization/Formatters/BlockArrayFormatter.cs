namespace Loky.Serialization;

internal sealed class BlockArrayFormatter<T> : ReferenceFormatter<T[]>
    where T : unmanaged
{
    protected override void WriteContent(WriteSession session, T[] value) => Block.Write<T>(session, value);

    protected override T[] ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        T[] array = reader.ToArray<T>(Block.Read<T>(ref reader, out _));
        session.Register(slot, array);
        return array;
    }
}
