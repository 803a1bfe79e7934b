using System.Buffers.Binary;
using System.Net;
using System.Net.Mail;
using System.Net.NetworkInformation;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using System.Xml;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// Makes values of types that a session may never use; apart from the others, so that their assemblies are not loaded
/// for nothing.
/// </summary>
internal static class RareDecoders
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static object ToBigInteger(ReadOnlySpan<byte> payload) => new BigInteger(payload, isUnsigned: false, isBigEndian: true);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static object ToIPAddress(ReadOnlySpan<byte> payload) =>
        payload.Length == 20
            ? new IPAddress(payload[..16], BinaryPrimitives.ReadUInt32BigEndian(payload[16..]))
            : new IPAddress(payload);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static object ToRegex(ReadOnlySpan<byte> payload)
    {
        var options = (RegexOptions)BinaryPrimitives.ReadInt32BigEndian(payload);
        var timeout = new TimeSpan(BinaryPrimitives.ReadInt64BigEndian(payload[4..]));
        return new Regex(new string(MemoryMarshal.Cast<byte, char>(payload[12..])), options, timeout);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static object ToMailAddress(string text)
    {
        int end = text.IndexOf('\n', StringComparison.Ordinal);
        return new MailAddress(text[..end], text[(end + 1)..]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static object ToPhysicalAddress(ReadOnlySpan<byte> payload) => new PhysicalAddress(payload.ToArray());

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static object ToCertificate(ReadOnlySpan<byte> payload)
    {
        // Other contents, a key store above all, are not what is written, and cost time to open.
        return X509Certificate2.GetCertContentType(payload) == X509ContentType.Cert
            ? new X509Certificate2(payload)
            : throw new FormatException(MessageText.Format(Messages.PSValueWrongSize, payload.Length, typeof(X509Certificate2)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static object ToXmlDocument(string text)
    {
        // No entities and nothing from elsewhere: a document from another process must neither grow nor reach out.
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, CheckCharacters = false };
        var document = new XmlDocument { XmlResolver = null, PreserveWhitespace = true };
        if (text.Length == 0)
        {
            return document;
        }

        using var reader = XmlReader.Create(new StringReader(text), settings);
        document.Load(reader);
        return document;
    }
}
