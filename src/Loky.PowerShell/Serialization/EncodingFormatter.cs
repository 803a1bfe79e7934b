using System.Buffers.Binary;
using System.Text;

namespace Loky.PowerShell.Serialization;

/// <summary>Encodings of .NET: code page, whether text begins with a mark of it, and whether what is wrong is an error.</summary>
internal static class EncodingFormatter
{
    private const int Size = 6;
    private const int Utf8 = 65001;
    private const int Utf16 = 1200;
    private const int Utf16BigEndian = 1201;
    private const int Utf32 = 12000;
    private const int Utf32BigEndian = 12001;

    /// <summary>Tells whether a type is an encoding that its code page says all about.</summary>
    public static bool CanWrite(Type type) =>
        typeof(Encoding).IsAssignableFrom(type) && type.FullName!.StartsWith("System.Text.", StringComparison.Ordinal) && !type.FullName.StartsWith("System.Text.UTF7", StringComparison.Ordinal);

    public static void Write(PSWriteSession session, object value) => session.Writer.WriteExtension(PSExtension.Encoding, PayloadOf((Encoding)value));

    /// <summary>Null where the bytes do not say all about it; for a reader that can do without it.</summary>
    public static byte[]? TryEncode(Encoding encoding) => CanWrite(encoding.GetType()) ? PayloadOf(encoding) : null;

    /// <summary>Makes the encoding of such bytes, or null where it does not exist here.</summary>
    public static Encoding? TryDecode(byte[]? payload)
    {
        try
        {
            return payload is null ? null : Read(payload);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    public static Encoding Read(ReadOnlySpan<byte> payload)
    {
        if (payload.Length != Size)
        {
            throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, payload.Length, nameof(Encoding)));
        }

        int page = BinaryPrimitives.ReadInt32BigEndian(payload);
        (bool marks, bool throws) = (payload[4] != 0, payload[5] != 0);
        return page switch
        {
            Utf8 => new UTF8Encoding(marks, throws),
            Utf16 or Utf16BigEndian => new UnicodeEncoding(page == Utf16BigEndian, marks, throws),
            Utf32 or Utf32BigEndian => new UTF32Encoding(page == Utf32BigEndian, marks, throws),
            _ => GetOrRegister(page, throws),
        };
    }

    private static byte[] PayloadOf(Encoding encoding)
    {
        byte[] payload = new byte[Size];
        BinaryPrimitives.WriteInt32BigEndian(payload, encoding.CodePage);
        payload[4] = encoding.Preamble.IsEmpty ? (byte)0 : (byte)1;
        payload[5] = encoding.DecoderFallback is DecoderExceptionFallback ? (byte)1 : (byte)0;
        return payload;
    }

    /// <summary>The code pages that .NET has to be told of come last, as on Windows that changes what the default is.</summary>
    private static Encoding GetOrRegister(int page, bool throws)
    {
        try
        {
            return Get(page, throws);
        }
        catch (NotSupportedException)
        {
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            return Get(page, throws);
        }
    }

    private static Encoding Get(int page, bool throws) =>
        throws ? Encoding.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback) : Encoding.GetEncoding(page);
}
