namespace Loky.Serialization;

/// <summary>Values by a converter of the user's: an array with the one value that is sent instead.</summary>
internal sealed class ConverterFormatter<T>(FormatterTable table, IValueConverter converter) : Formatter<T>
{
    public override bool IsTracked => !typeof(T).IsValueType;

    public override void Write(WriteSession session, T value)
    {
        if (value is null)
        {
            session.Writer.WriteNil();
        }
        else if (!IsTracked || !session.TryRepeat(value))
        {
            WriteContentOf(session, value);
        }
    }

    public override T Read(ref WireReader reader, ReadSession session)
    {
        if (!IsTracked)
        {
            return Convert(ref reader, session);
        }

        if (reader.TryReadNil())
        {
            return default!;
        }

        int start = reader.Position;
        if (!session.TryReadReference(ref reader, out object? seen))
        {
            return (T)ReadContentOf(ref reader, session, session.Reserve())!;
        }

        return seen is T value ? value : throw ReadSession.Mismatch(start, seen.GetType(), typeof(T));
    }

    public override void WriteContentOf(WriteSession session, object value)
    {
        object? wire;
        try
        {
            wire = converter.ToWire(value);
        }
        catch (Exception exception)
        {
            throw new UnsendableValueException(
                MessageText.Format(Messages.ConverterFailed, TypeNames.Display(converter.GetType()), exception.GetType().Name, exception.Message),
                TypeNames.Display(value.GetType()),
                exception);
        }

        int number = IsTracked ? session.BeginLate(value) : 0;
        session.Writer.WriteArrayHeader(1);
        session.Enter();
        session.Table.Declared<object>().Write(session, wire!);
        session.Leave();
        if (IsTracked)
        {
            session.EndLate(value, number);
        }
    }

    public override object? ReadContentOf(ref WireReader reader, ReadSession session, int slot)
    {
        object value = Convert(ref reader, session)!;
        if (slot >= 0)
        {
            session.Register(slot, value);
        }

        return value;
    }

    private T Convert(ref WireReader reader, ReadSession session)
    {
        reader.ReadArrayHeader(1);
        reader.Enter();
        object? wire = table.Declared<object>().Read(ref reader, session);
        reader.Leave();
        try
        {
            return (T)converter.FromWire(wire);
        }
        catch (Exception exception)
        {
            throw new TaskSerializationException(
                MessageText.Format(Messages.ConverterFailed, TypeNames.Display(converter.GetType()), exception.GetType().Name, exception.Message),
                exception);
        }
    }
}
