using System.Buffers.Binary;
using System.Globalization;
using System.Management.Automation.Internal;
using System.Management.Automation;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Loky.Serialization;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Reads extension values.</summary>
internal static class ScalarDecoders
{
    /// <summary>Reads the extension value that is next.</summary>
    public static object Read(ref WireReader reader, PSReadSession session)
    {
        ReadOnlySpan<byte> payload = reader.ReadExtension(out sbyte type);
        switch (type)
        {
            case WireExtension.Reference:
                return session.Find(WireExtension.NumberOf(payload, reader.Position), reader.Position);
            case PSExtension.Int64:
                return BinaryPrimitives.ReadInt64BigEndian(Exactly(payload, 8));
            case PSExtension.DateTime:
                return ToDateTime(BinaryPrimitives.ReadInt64BigEndian(Exactly(payload, 8)));
            case PSExtension.Guid:
                return new Guid(Exactly(payload, 16), bigEndian: true);
            case PSExtension.ScriptBlock:
                return ScriptCodec.Read(Text(payload), session.ScriptMode);
            case PSExtension.PlacedScriptBlock when session.Trusted:
                return ScriptCodec.ReadPlaced(Text(payload));
            case <= PSExtension.TimeOnly:
                return ReadNumber(type, payload);
            default:
                return ReadOther(type, payload);
        }
    }

    private static object ReadNumber(sbyte type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case PSExtension.Char:
                return (char)BinaryPrimitives.ReadUInt16BigEndian(Exactly(payload, 2));
            case PSExtension.SByte:
                return unchecked((sbyte)Exactly(payload, 1)[0]);
            case PSExtension.Byte:
                return Exactly(payload, 1)[0];
            case PSExtension.Int16:
                return BinaryPrimitives.ReadInt16BigEndian(Exactly(payload, 2));
            case PSExtension.UInt16:
                return BinaryPrimitives.ReadUInt16BigEndian(Exactly(payload, 2));
            case PSExtension.UInt32:
                return BinaryPrimitives.ReadUInt32BigEndian(Exactly(payload, 4));
            case PSExtension.UInt64:
                return BinaryPrimitives.ReadUInt64BigEndian(Exactly(payload, 8));
            case PSExtension.IntPtr:
                return (nint)BinaryPrimitives.ReadInt64BigEndian(Exactly(payload, 8));
            case PSExtension.UIntPtr:
                return (nuint)BinaryPrimitives.ReadUInt64BigEndian(Exactly(payload, 8));
            case PSExtension.Decimal:
                return ToDecimal(Exactly(payload, 16));
            case PSExtension.BigInteger:
                return RareDecoders.ToBigInteger(payload);
            case PSExtension.Half:
                return BitConverter.UInt16BitsToHalf(BinaryPrimitives.ReadUInt16BigEndian(Exactly(payload, 2)));
            case PSExtension.Int128:
                return BinaryPrimitives.ReadInt128BigEndian(Exactly(payload, 16));
            case PSExtension.UInt128:
                return BinaryPrimitives.ReadUInt128BigEndian(Exactly(payload, 16));
            case PSExtension.DateTimeOffset:
                TimeSpan offset = TimeSpan.FromMinutes(BinaryPrimitives.ReadInt16BigEndian(Exactly(payload, 10)[8..]));
                return new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(payload), offset);
            case PSExtension.TimeSpan:
                return new TimeSpan(BinaryPrimitives.ReadInt64BigEndian(Exactly(payload, 8)));
            case PSExtension.DateOnly:
                return DateOnly.FromDayNumber(BinaryPrimitives.ReadInt32BigEndian(Exactly(payload, 4)));
            case PSExtension.TimeOnly:
                return new TimeOnly(BinaryPrimitives.ReadInt64BigEndian(Exactly(payload, 8)));
            default:
                throw Unknown(type);
        }
    }

    private static object ReadOther(sbyte type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case PSExtension.Version:
                return ToVersion(Exactly(payload, 16));
            case PSExtension.SemanticVersion:
                return SemanticVersions.Create(Text(payload));
            case PSExtension.Uri:
                string uri = Text(payload);
                return new Uri(uri[1..], uri[0] == 'A' ? UriKind.Absolute : UriKind.Relative);
            case WireExtension.Utf16:
                return Text(payload);
            case PSExtension.DBNull:
                return DBNull.Value;
            case PSExtension.AutomationNull:
                return AutomationNull.Value;
            case PSExtension.Culture:
                return CultureInfo.GetCultureInfo(Text(payload));
            case PSExtension.SecureString:
                return SecretCodec.ReadSecureString(payload);
            case PSExtension.SwitchParameter:
                return new SwitchParameter(Exactly(payload, 1)[0] != 0);
            case PSExtension.IPAddress:
                return RareDecoders.ToIPAddress(payload);
            case PSExtension.Regex:
                return RareDecoders.ToRegex(payload);
            case PSExtension.MailAddress:
                return RareDecoders.ToMailAddress(Text(payload));
            case PSExtension.PhysicalAddress:
                return RareDecoders.ToPhysicalAddress(payload);
            case PSExtension.Certificate:
                return RareDecoders.ToCertificate(payload);
            case PSExtension.Encoding:
                return EncodingCodec.Read(payload);
            case PSExtension.CancellationToken:
                return CancellationToken.None;
            case PSExtension.XmlDocument:
                return RareDecoders.ToXmlDocument(Text(payload));
            default:
                throw Unknown(type);
        }
    }

    private static string Text(ReadOnlySpan<byte> payload) =>
        payload.Length % sizeof(char) == 0
            ? new string(MemoryMarshal.Cast<byte, char>(payload))
            : throw new FormatException(MessageText.Format(Messages.PSValueWrongSize, payload.Length, typeof(string)));

    private static ReadOnlySpan<byte> Exactly(ReadOnlySpan<byte> payload, int size) =>
        payload.Length == size
            ? payload
            : throw new FormatException(MessageText.Format(Messages.PSValueWrongSize, payload.Length, size));

    private static FormatException Unknown(sbyte type) =>
        new(MessageText.Format(Messages.PSValueUnknownCode, type, nameof(PSExtension)));

    private static DateTime ToDateTime(long bits)
    {
        // Two bits of kind above the ticks.
        long ticks = bits & 0x3FFF_FFFF_FFFF_FFFF;
        return ticks <= DateTime.MaxValue.Ticks
            ? Unsafe.BitCast<long, DateTime>(bits)
            : throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, ticks, nameof(DateTime)));
    }

    private static decimal ToDecimal(ReadOnlySpan<byte> payload)
    {
        Span<int> parts = stackalloc int[4];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = BinaryPrimitives.ReadInt32BigEndian(payload[(i * 4)..]);
        }

        return new decimal(parts);
    }

    private static Version ToVersion(ReadOnlySpan<byte> payload)
    {
        int major = BinaryPrimitives.ReadInt32BigEndian(payload);
        int minor = BinaryPrimitives.ReadInt32BigEndian(payload[4..]);
        int build = BinaryPrimitives.ReadInt32BigEndian(payload[8..]);
        int revision = BinaryPrimitives.ReadInt32BigEndian(payload[12..]);
        return build < 0 ? new Version(major, minor)
            : revision < 0 ? new Version(major, minor, build)
            : new Version(major, minor, build, revision);
    }
}
