using System.Runtime.CompilerServices;

namespace Loky.Serialization;

internal sealed class EnumFormatter<T, TInteger>(FormatterTable table) : Formatter<T>
    where T : struct, Enum
    where TInteger : struct
{
    private readonly Formatter<TInteger> _integer = table.Declared<TInteger>();

    public override void Write(WriteSession session, T value) => _integer.Write(session, Unsafe.As<T, TInteger>(ref value));

    public override T Read(ref WireReader reader, ReadSession session)
    {
        TInteger integer = _integer.Read(ref reader, session);
        return Unsafe.As<TInteger, T>(ref integer);
    }
}

internal sealed class NullableFormatter<T>(FormatterTable table) : Formatter<T?>
    where T : struct
{
    public override void Write(WriteSession session, T? value)
    {
        if (value is { } present)
        {
            table.Declared<T>().Write(session, present);
        }
        else
        {
            session.Writer.WriteNil();
        }
    }

    public override T? Read(ref WireReader reader, ReadSession session) =>
        reader.TryReadNil() ? null : table.Declared<T>().Read(ref reader, session);
}

/// <summary>Memories, as arrays of what they show.</summary>
internal sealed class MemoryFormatter<TMemory, T>(FormatterTable table, Func<TMemory, T[]> toArray, Func<T[], TMemory> create) : Formatter<TMemory>
    where TMemory : struct
{
    public override void Write(WriteSession session, TMemory value)
    {
        session.Writer.WriteArrayHeader(1);
        session.Enter();
        table.Exact(typeof(T[])).WriteObject(session, toArray(value));
        session.Leave();
    }

    public override TMemory Read(ref WireReader reader, ReadSession session)
    {
        reader.ReadArrayHeader(1);
        reader.Enter();
        T[]? items = (T[]?)table.Exact(typeof(T[])).ReadObject(ref reader, session);
        reader.Leave();
        return create(items ?? []);
    }
}

/// <summary>Parts of arrays: the array, which may be shared, then which part it is.</summary>
internal sealed class ArraySegmentFormatter<T>(FormatterTable table) : Formatter<ArraySegment<T>>
{
    public override void Write(WriteSession session, ArraySegment<T> value)
    {
        session.Writer.WriteArrayHeader(3);
        session.Enter();
        table.Declared<T[]>().Write(session, value.Array!);
        session.Leave();
        session.Writer.Write((long)value.Offset);
        session.Writer.Write((long)value.Count);
    }

    public override ArraySegment<T> Read(ref WireReader reader, ReadSession session)
    {
        reader.ReadArrayHeader(3);
        reader.Enter();
        T[]? array = table.Declared<T[]>().Read(ref reader, session);
        reader.Leave();
        int offset = reader.ReadInt32();
        int count = reader.ReadInt32();
        return array is null ? default : new ArraySegment<T>(array, offset, count);
    }
}
