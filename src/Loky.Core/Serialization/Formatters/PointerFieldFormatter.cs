namespace Loky.Serialization;

/// <summary>Refuses a field that holds an address, which means nothing in another process.</summary>
internal sealed class PointerFieldFormatter<TOwner>(Type fieldType) : FieldFormatter<TOwner>
{
    public override void Write(WriteSession session, ref TOwner owner) =>
        throw new UnsendableValueException(Messages.UnsendableAddress, TypeNames.Display(fieldType));

    public override void Read(ref WireReader reader, ReadSession session, ref TOwner owner) =>
        throw new TaskSerializationException(MessageText.Format(Messages.ValueCannotBeSent, TypeNames.Display(fieldType), Messages.UnsendableAddress));
}
