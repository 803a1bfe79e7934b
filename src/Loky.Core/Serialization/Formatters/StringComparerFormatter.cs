namespace Loky.Serialization;

/// <summary>The comparers of strings, whose classes differ from one version of .NET to the next.</summary>
internal sealed class StringComparerFormatter : ReferenceFormatter<StringComparer>
{
    protected override void WriteContent(WriteSession session, StringComparer value)
    {
        if (!StringComparer.IsWellKnownOrdinalComparer(value, out _) && !StringComparer.IsWellKnownCultureAwareComparer(value, out _, out _))
        {
            throw new UnsendableValueException(Messages.UnsendableFrameworkType, TypeNames.Display(value.GetType()));
        }

        session.Table.Comparers.Write(session, value);
    }

    protected override StringComparer ReadContent(ref WireReader reader, ReadSession session, int slot)
    {
        int start = reader.Position;
        StringComparer comparer = session.Table.Comparers.Read(ref reader, session) as StringComparer
            ?? throw new WireFormatException(MessageText.Format(Messages.ComparerUnknown, start, nameof(StringComparer)));
        session.Register(slot, comparer);
        return comparer;
    }
}
