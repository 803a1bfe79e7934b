using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Loky.Serialization;

/// <summary>Runs of numbers as one block of bytes, as in memory: both ends have one byte order, as x64 and Arm64 have.</summary>
internal static class Block
{
    private static readonly HashSet<Type> Elements =
    [
        typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(char), typeof(float), typeof(double), typeof(Half), typeof(Int128), typeof(UInt128), typeof(Guid),
    ];

    /// <summary>Tells whether values of the type can go as a block: any bytes make valid ones.</summary>
    public static bool IsElement(Type type) => Elements.Contains(type.IsEnum ? Enum.GetUnderlyingType(type) : type);

    public static void Write<T>(WriteSession session, ReadOnlySpan<T> items)
        where T : unmanaged
    {
        CheckSize((long)items.Length * Unsafe.SizeOf<T>());
        session.Writer.WriteBinary(MemoryMarshal.AsBytes(items));
    }

    /// <summary>Refuses a block of more bytes than a message can have.</summary>
    public static void CheckSize(long size)
    {
        if (size > Array.MaxLength)
        {
            throw new UnsendableValueException(MessageText.Format(WireMessages.TooLong, size, Array.MaxLength));
        }
    }

    /// <summary>Reads the bytes of a block and tells how many items they are.</summary>
    public static ReadOnlySpan<byte> Read<T>(ref WireReader reader, out int count)
        where T : unmanaged
    {
        int start = reader.Position;
        ReadOnlySpan<byte> bytes = reader.ReadBinary();
        (count, int rest) = Math.DivRem(bytes.Length, Unsafe.SizeOf<T>());
        return rest == 0
            ? bytes
            : throw new WireFormatException(MessageText.Format(Messages.BlockOfWrongSize, start, bytes.Length, TypeNames.Display(typeof(T))));
    }
}

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
