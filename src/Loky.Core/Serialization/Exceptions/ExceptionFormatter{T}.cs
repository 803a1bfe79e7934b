namespace Loky.Serialization;

/// <summary>Exceptions; their own type goes along and is made only if the policy allows it.</summary>
internal sealed class ExceptionFormatter<T> : ReferenceFormatter<T>
    where T : Exception
{
    protected override void WriteContent(WriteSession session, T value)
    {
        int number = session.BeginLate(value);
        ExceptionFormatter.Write(session, value);
        session.EndLate(value, number);
    }

    protected override T ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        Exception exception = ExceptionFormatter.Read(ref reader, session);
        T expected = exception as T ?? throw new TaskSerializationException(
            MessageText.Format(Messages.ExceptionOfOtherType, exception.GetType(), exception.Message, TypeNames.Display(typeof(T))),
            exception);
        session.Register(slot, expected);
        return expected;
    }
}
