using System.Runtime.CompilerServices;

namespace Loky.Serialization;

/// <summary>Objects of a class by their fields; no constructor runs.</summary>
internal sealed class ObjectFormatter<T>(FormatterTable table) : ReferenceFormatter<T>
    where T : class
{
    private readonly FieldSet<T> _fields = new(table);

    protected override void WriteContent(WriteSession session, T value) => _fields.Write(session, ref value);

    protected override T ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        T value = (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
        session.Register(slot, value);
        _fields.Read(ref reader, session, ref value);
        return value;
    }
}
