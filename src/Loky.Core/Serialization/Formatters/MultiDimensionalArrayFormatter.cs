using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Loky.Serialization;

/// <summary>Arrays of several dimensions or a lower bound other than zero: lengths and bounds, then the items by rows.</summary>
internal sealed class MultiDimensionalArrayFormatter<TArray, T>(FormatterTable table) : ReferenceFormatter<TArray>
    where TArray : class
{
    private readonly int _rank = typeof(TArray).GetArrayRank();
    private readonly bool _isBlock = table.IsBlockElement(typeof(T));

    protected override void WriteContent(WriteSession session, TArray value)
    {
        Array array = (Array)(object)value;
        session.Writer.WriteArrayHeader((2 * _rank) + 1);
        for (int dimension = 0; dimension < _rank; dimension++)
        {
            session.Writer.Write((long)array.GetLength(dimension));
            session.Writer.Write((long)array.GetLowerBound(dimension));
        }

        if (!_isBlock)
        {
            ItemSequence.Write(session, table.Declared<T>(), Items(array), typeof(TArray));
            return;
        }

        long size = array.LongLength * Unsafe.SizeOf<T>();
        Block.CheckSize(size);
        session.Writer.WriteBinary(MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), (int)size));
    }

    protected override TArray ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        int start = reader.Position;
        reader.ReadArrayHeader((2 * _rank) + 1);
        int[] lengths = new int[_rank];
        int[] bounds = new int[_rank];
        for (int dimension = 0; dimension < _rank; dimension++)
        {
            lengths[dimension] = reader.ReadInt32();
            bounds[dimension] = reader.ReadInt32();
        }

        if (_isBlock)
        {
            ReadOnlySpan<byte> bytes = reader.ReadBinary();
            Array block = Create(lengths, bounds, bytes.Length, Unsafe.SizeOf<T>(), start);
            session.Register(slot, block);
            bytes.CopyTo(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(block), bytes.Length));
            return (TArray)(object)block;
        }

        Formatter<T> formatter = table.Declared<T>();
        if (typeof(T).IsValueType)
        {
            // Read before there is room for them: a struct may be far larger than the byte that the header vouches for.
            T[] items = ItemSequence.ReadArray(ref reader, session, formatter);
            Array filled = Create(lengths, bounds, items.Length, 1, start);
            items.CopyTo(Items(filled));
            session.Register(slot, filled);
            return (TArray)(object)filled;
        }

        int count = reader.ReadArrayHeader();
        Array array = Create(lengths, bounds, count, 1, start);
        session.Register(slot, array);
        reader.Enter();
        for (int i = 0; i < count; i++)
        {
            T item = formatter.Read(ref reader, session);
            Items(array)[i] = item;
        }

        reader.Leave();
        return (TArray)(object)array;
    }

    private static Span<T> Items(Array array) =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);

    // The lengths must multiply to what is there, which is all that may be allocated.
    private static Array Create(int[] lengths, int[] bounds, int size, int itemSize, int start)
    {
        Exception? cause = null;
        Int128 product = lengths.Aggregate((Int128)itemSize, static (product, length) => length < 0 || product < 0 ? -1 : product * length);
        try
        {
            if (product == size && Array.CreateInstance(typeof(T), lengths, bounds) is TArray array)
            {
                return (Array)(object)array;
            }
        }
        catch (Exception exception) when (exception is ArgumentException or OutOfMemoryException or OverflowException)
        {
            cause = exception;
        }

        string shape = string.Join(" x ", lengths.Select(length => length.ToString(CultureInfo.InvariantCulture)));
        throw new WireFormatException(MessageText.Format(Messages.ArrayOfWrongShape, start, shape, size), cause);
    }
}
