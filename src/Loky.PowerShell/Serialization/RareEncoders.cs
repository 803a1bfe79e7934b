using System.Buffers.Binary;
using System.Collections;
using System.Net.Mail;
using System.Net.NetworkInformation;
using System.Net;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using System.Xml;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// Writes values of types that a session may never use. They are told by name, so that looking for one does not load
/// the assemblies of the others.
/// </summary>
internal static class RareEncoders
{
    /// <summary>Gets the encoder of <paramref name="type"/>, or null.</summary>
    public static ValueEncoder? Find(Type type)
    {
        // Some of the types are public bases of internal ones, which are what is met.
        for (Type? current = type; current is not null && current != typeof(object); current = current.BaseType)
        {
            ValueEncoder? encoder = current.FullName switch
            {
                "System.Numerics.BigInteger" => WriteBigInteger,
                "System.Net.IPAddress" => WriteIPAddress,
                "System.Text.RegularExpressions.Regex" => WriteRegex,
                "System.Xml.XmlDocument" => WriteXml,
                "System.Net.Mail.MailAddress" => WriteMailAddress,
                "System.Net.NetworkInformation.PhysicalAddress" => WritePhysicalAddress,
                "System.Security.Cryptography.X509Certificates.X509Certificate2" => WriteCertificate,
                "System.Management.Automation.OrderedHashtable" => OrderedHashtables.Write,
                UnixStatCodec.TypeName => UnixStatCodec.Write,
                "System.Data.DataTable" => DataTableCodec.Write,
                "System.Data.DataRow" => DataTableCodec.WriteRowValue,
                "System.Data.DataSet" => DataSetCodec.Write,
                "System.Text.RegularExpressions.Match" => MatchCodec.Write,
                "System.Text.RegularExpressions.Group" => MatchCodec.WriteGroup,
                "System.Text.RegularExpressions.Capture" => MatchCodec.WriteCapture,
                "System.Xml.XmlNode" => XmlNodeCodec.Write,
                "System.Threading.CancellationToken" => WriteCancellationToken,
                "System.Globalization.CultureInfo" => ScalarEncoders.WriteCulture,
                "System.Management.Automation.SemanticVersion" => WriteSemanticVersion,
                _ => CommandResults.Find(current.FullName),
            };
            if (encoder is not null)
            {
                return encoder;
            }
        }

        return null;
    }

    private static void WriteCancellationToken(PSWriteSession session, object value)
    {
        if (((CancellationToken)value).CanBeCanceled)
        {
            ObjectEncoder.WriteUnwrapped(session, value);
        }
        else
        {
            session.Writer.WriteExtension(PSExtension.CancellationToken, [0]);
        }
    }

    private static void WriteSemanticVersion(PSWriteSession session, object value) =>
        ScalarEncoders.WriteText(session, PSExtension.SemanticVersion, value.ToString());

    private static void WriteBigInteger(PSWriteSession session, object value) =>
        session.Writer.WriteExtension(PSExtension.BigInteger, ((BigInteger)value).ToByteArray(isUnsigned: false, isBigEndian: true));

    private static void WriteIPAddress(PSWriteSession session, object value)
    {
        var address = (IPAddress)value;
        Span<byte> payload = stackalloc byte[20];
        _ = address.TryWriteBytes(payload, out int length);
        if (length == 16)
        {
            BinaryPrimitives.WriteUInt32BigEndian(payload[16..], (uint)address.ScopeId);
            length = 20;
        }

        session.Writer.WriteExtension(PSExtension.IPAddress, payload[..length]);
    }

    private static void WriteRegex(PSWriteSession session, object value)
    {
        var regex = (Regex)value;
        string pattern = regex.ToString();
        WireWriter output = session.Writer;
        output.WriteExtensionHeader(PSExtension.Regex, checked(12 + (pattern.Length * sizeof(char))));
        Span<byte> options = stackalloc byte[12];
        BinaryPrimitives.WriteInt32BigEndian(options, (int)regex.Options);
        BinaryPrimitives.WriteInt64BigEndian(options[4..], regex.MatchTimeout.Ticks);
        output.WriteRaw(options);
        output.WriteRaw(MemoryMarshal.AsBytes(pattern.AsSpan()));
    }

    private static void WriteXml(PSWriteSession session, object value) =>
        ScalarEncoders.WriteText(session, PSExtension.XmlDocument, ((XmlDocument)value).OuterXml);

    private static void WriteMailAddress(PSWriteSession session, object value)
    {
        var address = (MailAddress)value;
        ScalarEncoders.WriteText(session, PSExtension.MailAddress, address.Address + '\n' + address.DisplayName);
    }

    private static void WritePhysicalAddress(PSWriteSession session, object value) =>
        session.Writer.WriteExtension(PSExtension.PhysicalAddress, ((PhysicalAddress)value).GetAddressBytes());

    private static void WriteCertificate(PSWriteSession session, object value) =>
        session.Writer.WriteExtension(PSExtension.Certificate, ((X509Certificate2)value).RawData);
}
