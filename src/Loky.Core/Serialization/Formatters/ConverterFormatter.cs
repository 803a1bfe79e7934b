namespace Loky.Serialization;

/// <summary>Values by a converter of the user's: an array with the one value that is sent instead.</summary>
internal sealed class ConverterFormatter<T>(FormatterTable table, IValueConverter converter) : Formatter<T>
{
    public override void Write(WriteSession session, T value)
    {
        if (value is null)
        {
            session.Writer.WriteNil();
            return;
        }

        object? wire;
        try
        {
            wire = converter.ToWire(value);
        }
        catch (Exception exception)
        {
            throw new UnsendableValueException(ErrorText(exception), TypeNames.Display(value.GetType()), exception);
        }

        session.Writer.WriteArrayHeader(1);
        session.Enter();
        session.Table.Declared<object>().Write(session, wire!);
        session.Leave();
    }

    public override T Read(ref WireReader reader, ReadSession session)
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
            throw new TaskSerializationException(ErrorText(exception), exception);
        }
    }

    private string ErrorText(Exception exception) =>
        MessageText.Format(Messages.ConverterFailed, TypeNames.Display(converter.GetType()), exception.GetType().Name, exception.Message);
}

/// <summary>Objects by a converter of the user's, which keep their identity.</summary>
internal sealed class ObjectConverterFormatter<T>(FormatterTable table, IValueConverter converter) : ReferenceFormatter<T>
    where T : class
{
    private readonly ConverterFormatter<T> _content = new(table, converter);

    protected override void WriteContent(WriteSession session, T value)
    {
        int number = session.BeginLate(value);
        _content.Write(session, value);
        session.EndLate(value, number);
    }

    protected override T ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        T value = _content.Read(ref reader, session);
        session.Register(slot, value);
        return value;
    }
}
