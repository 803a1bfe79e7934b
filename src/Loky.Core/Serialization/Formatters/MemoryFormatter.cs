using Loky.Wire;

namespace Loky.Serialization;

/// <summary>Writes and reads memories as arrays of what they show.</summary>
/// <typeparam name="TMemory">The type of the memory.</typeparam>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="table">Where the formatter of the array is.</param>
/// <param name="toArray">Gets the elements.</param>
/// <param name="create">Makes a memory of an array.</param>
internal sealed class MemoryFormatter<TMemory, T>(FormatterTable table, Func<TMemory, T[]> toArray, Func<T[], TMemory> create) : Formatter<TMemory>
    where TMemory : struct
{
    /// <inheritdoc/>
    public override void Write(WriteSession session, TMemory value)
    {
        session.Writer.WriteArrayHeader(1);
        session.Enter();
        table.Exact(typeof(T[])).WriteObject(session, toArray(value));
        session.Leave();
    }

    /// <inheritdoc/>
    public override TMemory Read(ref WireReader reader, ReadSession session)
    {
        reader.ReadArrayHeader(1);
        reader.Enter();
        T[]? items = (T[]?)table.Exact(typeof(T[])).ReadObject(ref reader, session);
        reader.Leave();
        return create(items ?? []);
    }
}
