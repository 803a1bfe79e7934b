using System.Runtime.InteropServices;
using Loky.Wire;

namespace Loky.Serialization;

internal sealed class BlockArrayFormatter<T> : ReferenceFormatter<T[]>
    where T : unmanaged
{
    protected override void WriteContent(WriteSession session, T[] value) => Block.Write<T>(session, value);

    protected override T[] ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        ReadOnlySpan<byte> bytes = Block.Read<T>(ref reader, out int count);
        T[] array = LargePages.Allocate<T>(count);
        bytes.CopyTo(MemoryMarshal.AsBytes(array.AsSpan()));
        session.Register(slot, array);
        return array;
    }
}
