using System.Runtime.InteropServices;

namespace Loky.Serialization;

/// <summary>Strings: as UTF-8, or as UTF-16 where there is a lone surrogate, which must come through as it is.</summary>
internal sealed class StringFormatter : Formatter<string>
{
    public override bool IsSelfDescribing => true;

    public override void Write(WriteSession session, string value) => Write(session.Writer, value);

    public override string Read(ref WireReader reader, ReadSession session) => Read(ref reader)!;

    public static void Write(WireWriter writer, string? value)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        if (WireWriter.IsWellFormed(value))
        {
            writer.Write(value.AsSpan());
            return;
        }

        if (value.Length > Array.MaxLength / sizeof(char))
        {
            throw new UnsendableValueException(MessageText.Format(WireMessages.TooLong, (long)value.Length * sizeof(char), Array.MaxLength));
        }

        writer.WriteExtension(WireExtension.Utf16, MemoryMarshal.AsBytes(value.AsSpan()));
    }

    public static string? Read(ref WireReader reader) =>
        reader.NextKind == WireKind.Extension ? ReadUtf16(ref reader) : reader.ReadString();

    public static string ReadUtf16(ref WireReader reader)
    {
        int start = reader.Position;
        ReadOnlySpan<byte> bytes = reader.ReadExtension(out sbyte type);
        return type == WireExtension.Utf16 && bytes.Length % sizeof(char) == 0
            ? new string(MemoryMarshal.Cast<byte, char>(bytes))
            : throw new WireFormatException(MessageText.Format(Messages.ExtensionUnknown, start, type, bytes.Length));
    }
}
