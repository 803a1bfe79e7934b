using System.Net.Mail;
using System.Net.NetworkInformation;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Xml;

namespace Loky.PowerShell.Serialization;

/// <summary>Values of types that a session may never use. They are told by name, so that looking for one does not load the
/// assemblies of the others.</summary>
internal static class RareFormatters
{
    // Some of the types are public bases of internal ones, which are what is met.
    public static Action<PSWriteSession, object>? Find(Type type) =>
        Fields.LevelsOf(type).Select(static level => Find(level.FullName)).FirstOrDefault(static write => write is not null);

    /// <summary>Reads one. A semantic version is its text where PowerShell has no such type.</summary>
    public static object Read(sbyte type, ReadOnlySpan<byte> payload) => type switch
    {
        PSExtension.SemanticVersion => ObjectInternals.NewSemanticVersion.New(ScalarFormatters.Text(payload)) ?? ScalarFormatters.Text(payload),
        PSExtension.MailAddress => ToMailAddress(ScalarFormatters.Text(payload)),
        PSExtension.PhysicalAddress => ToPhysicalAddress(payload),
        PSExtension.Certificate => ToCertificate(payload),
        PSExtension.Encoding => EncodingFormatter.Read(payload),
        PSExtension.CancellationToken => CancellationToken.None,
        PSExtension.XmlDocument => ToXmlDocument(ScalarFormatters.Text(payload)),
        _ => throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, type, nameof(PSExtension))),
    };

    private static Action<PSWriteSession, object>? Find(string? name) => name switch
    {
        "System.Xml.XmlDocument" => static (session, value) =>
            ScalarFormatters.WriteText(session, PSExtension.XmlDocument, ((XmlDocument)value).OuterXml),
        "System.Net.Mail.MailAddress" => static (session, value) =>
            ScalarFormatters.WriteText(session, PSExtension.MailAddress, ((MailAddress)value).Address + '\n' + ((MailAddress)value).DisplayName),
        "System.Net.NetworkInformation.PhysicalAddress" => static (session, value) =>
            session.Writer.WriteExtension(PSExtension.PhysicalAddress, ((PhysicalAddress)value).GetAddressBytes()),
        "System.Security.Cryptography.X509Certificates.X509Certificate2" => static (session, value) =>
            session.Writer.WriteExtension(PSExtension.Certificate, ((X509Certificate2)value).RawData),
        "System.Management.Automation.OrderedHashtable" => DictionaryFormatter.WriteOrderedHashtable,
        "System.Data.DataTable" => DataTableFormatter.Write,
        "System.Data.DataRow" => DataTableFormatter.WriteRowValue,
        "System.Data.DataSet" => DataSetFormatter.Write,
        "System.Text.RegularExpressions.Match" => MatchFormatter.Write,
        "System.Text.RegularExpressions.Group" => MatchFormatter.WriteGroup,
        "System.Text.RegularExpressions.Capture" => MatchFormatter.WriteCapture,
        "System.Xml.XmlNode" => XmlNodeFormatter.Write,
        "System.Threading.CancellationToken" => WriteCancellationToken,
        "System.Management.Automation.SemanticVersion" => static (session, value) =>
            ScalarFormatters.WriteText(session, PSExtension.SemanticVersion, value.ToString()),
        _ => CommandResults.Find(name),
    };

    private static void WriteCancellationToken(PSWriteSession session, object value)
    {
        if (((CancellationToken)value).CanBeCanceled)
        {
            PropertyBagFormatter.Write(session, value);
        }
        else
        {
            session.Writer.WriteExtension(PSExtension.CancellationToken, [0]);
        }
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
