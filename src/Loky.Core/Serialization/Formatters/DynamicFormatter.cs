namespace Loky.Serialization;

/// <summary>Values of a type known only at run time, which goes in front unless MessagePack tells it by itself.</summary>
internal sealed class DynamicFormatter<T>(FormatterTable table) : Formatter<T>
    where T : class
{
    public override void Write(WriteSession session, T value)
    {
        if (value is null)
        {
            session.Writer.WriteNil();
            return;
        }

        object sent = LazySequence.Materialize(value, typeof(T));
        Formatter formatter = table.Exact(sent.GetType());
        if (formatter.IsSelfDescribing)
        {
            formatter.WriteContentOf(session, sent);
            return;
        }

        if (formatter.IsTracked && session.TryRepeat(sent))
        {
            return;
        }

        session.Writer.WriteArrayHeader(2);
        if (formatter.Type == typeof(T))
        {
            session.Writer.WriteNil();
        }
        else
        {
            session.Types.Write(formatter.Type);
        }

        formatter.WriteContentOf(session, sent);
    }

    public override T Read(ref WireReader reader, ReadSession session)
    {
        int start = reader.Position;
        object? value = ReadAny(ref reader, session);
        return value as T ?? (value is null ? null! : throw ReadSession.Mismatch(start, value.GetType(), typeof(T)));
    }

    private object? ReadAny(ref WireReader reader, ReadSession session)
    {
        switch (reader.NextKind)
        {
            case WireKind.Nil:
                _ = reader.TryReadNil();
                return null;
            case WireKind.Boolean:
                return reader.ReadBoolean();
            case WireKind.Integer:
                return reader.ReadInt32();
            case WireKind.Float:
                return reader.NextIsSingle ? (object)reader.ReadSingle() : reader.ReadDouble();
            case WireKind.String:
                return reader.ReadString();
            case WireKind.Extension:
                return session.TryReadReference(ref reader, out object? seen) ? seen : StringFormatter.ReadUtf16(ref reader);
            default:
                reader.ReadArrayHeader(2);
                return ReadTagged(ref reader, session);
        }
    }

    private object? ReadTagged(ref WireReader reader, ReadSession session)
    {
        int start = reader.Position;
        Type type = reader.TryReadNil() ? typeof(T) : session.Types.Read(ref reader);

        // Checked before anything of that type exists.
        if (!typeof(T).IsAssignableFrom(type) && !type.IsAssignableFrom(typeof(T)))
        {
            throw ReadSession.Mismatch(start, type, typeof(T));
        }

        Formatter formatter = table.Exact(type);
        return formatter.ReadContentOf(ref reader, session, formatter.IsTracked ? session.Reserve() : -1);
    }
}
