using System.Buffers.Binary;
using System.Collections;
using System.Net;
using System.Net.Mail;
using System.Net.NetworkInformation;
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
                "System.Collections.Queue" => static (writer, value) => WriteItems(writer, PSComposite.Queue, value, (Queue)value),
                "System.Collections.Stack" => static (writer, value) => WriteItems(writer, PSComposite.Stack, value, Reversed((Stack)value)),
                "System.Collections.SortedList" => SortedListCodec.Write,
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

    private static void WriteCancellationToken(PSValueWriter writer, object value)
    {
        if (((CancellationToken)value).CanBeCanceled)
        {
            ObjectEncoder.WriteUnwrapped(writer, value);
        }
        else
        {
            writer.Out.WriteExtension(PSExtension.CancellationToken, [0]);
        }
    }

    private static void WriteSemanticVersion(PSValueWriter writer, object value) =>
        ScalarEncoders.WriteText(writer, PSExtension.SemanticVersion, value.ToString());

    private static void WriteBigInteger(PSValueWriter writer, object value) =>
        writer.Out.WriteExtension(PSExtension.BigInteger, ((BigInteger)value).ToByteArray(isUnsigned: false, isBigEndian: true));

    private static void WriteIPAddress(PSValueWriter writer, object value)
    {
        var address = (IPAddress)value;
        Span<byte> payload = stackalloc byte[20];
        _ = address.TryWriteBytes(payload, out int length);
        if (length == 16)
        {
            BinaryPrimitives.WriteUInt32BigEndian(payload[16..], (uint)address.ScopeId);
            length = 20;
        }

        writer.Out.WriteExtension(PSExtension.IPAddress, payload[..length]);
    }

    private static void WriteRegex(PSValueWriter writer, object value)
    {
        var regex = (Regex)value;
        string pattern = regex.ToString();
        WireWriter output = writer.Out;
        output.WriteExtensionHeader(PSExtension.Regex, checked(12 + (pattern.Length * sizeof(char))));
        Span<byte> options = stackalloc byte[12];
        BinaryPrimitives.WriteInt32BigEndian(options, (int)regex.Options);
        BinaryPrimitives.WriteInt64BigEndian(options[4..], regex.MatchTimeout.Ticks);
        output.WriteRaw(options);
        output.WriteRaw(MemoryMarshal.AsBytes(pattern.AsSpan()));
    }

    private static void WriteXml(PSValueWriter writer, object value) =>
        ScalarEncoders.WriteText(writer, PSExtension.XmlDocument, ((XmlDocument)value).OuterXml);

    private static void WriteMailAddress(PSValueWriter writer, object value)
    {
        var address = (MailAddress)value;
        ScalarEncoders.WriteText(writer, PSExtension.MailAddress, address.Address + '\n' + address.DisplayName);
    }

    private static void WritePhysicalAddress(PSValueWriter writer, object value) =>
        writer.Out.WriteExtension(PSExtension.PhysicalAddress, ((PhysicalAddress)value).GetAddressBytes());

    private static void WriteCertificate(PSValueWriter writer, object value) =>
        writer.Out.WriteExtension(PSExtension.Certificate, ((X509Certificate2)value).RawData);

    private static object[] Reversed(Stack stack)
    {
        object[] items = stack.ToArray()!;
        Array.Reverse(items);
        return items;
    }

    private static void WriteItems(PSValueWriter writer, PSComposite kind, object value, ICollection items)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        writer.BeginComposite(kind, items.Count + 1);
        writer.Out.WriteNil();
        CollectionEncoders.WriteItems(writer, items, items.Count);
        writer.Leave();
    }
}
