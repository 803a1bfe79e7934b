using System.Runtime.CompilerServices;
using Loky.Wire;

namespace Loky.Serialization;

/// <summary>Writes and reads objects of a class by their fields. No constructor runs.</summary>
/// <typeparam name="T">The class.</typeparam>
/// <param name="table">Where the formatters of the fields are.</param>
internal sealed class ObjectFormatter<T>(FormatterTable table) : ReferenceFormatter<T>
    where T : class
{
    private readonly FieldSet<T> _fields = new(table);

    /// <inheritdoc/>
    protected override void WriteContent(WriteSession session, T value) => _fields.Write(session, ref value);

    /// <inheritdoc/>
    protected override T ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        T value = (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
        session.Register(slot, value);
        _fields.Read(ref reader, session, ref value);
        return value;
    }
}
