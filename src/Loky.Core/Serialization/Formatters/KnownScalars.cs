using System.Collections;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Text;

namespace Loky.Serialization;

/// <summary>The formatters of the values of .NET that contain no other object.</summary>
internal static class KnownScalars
{
    // Above the 62 bits of its ticks a DateTime has its kind, and which of the two hours at summer time's end it is.
    private const int KindShift = 62;

    // By name, and made when first needed: most processes need a few of them, and to name a type loads its assembly.
    private static readonly Dictionary<string, Func<Formatter>> Makers = new()
    {
        ["System.String"] = static () => new StringFormatter(),
        ["System.Type"] = static () => new TypeFormatter(),
        ["System.StringComparer"] = static () => new StringComparerFormatter(),
        ["System.Boolean"] = static () => new ScalarFormatter<bool>(static (writer, value) => writer.Write(value), static (ref WireReader reader) => reader.ReadBoolean(), isSelfDescribing: true),
        ["System.Int32"] = static () => new ScalarFormatter<int>(static (writer, value) => writer.Write((long)value), static (ref WireReader reader) => reader.ReadInt32(), isSelfDescribing: true),
        ["System.Single"] = static () => new ScalarFormatter<float>(static (writer, value) => writer.Write(value), static (ref WireReader reader) => reader.ReadSingle(), isSelfDescribing: true),
        ["System.Double"] = static () => new ScalarFormatter<double>(static (writer, value) => writer.Write(value), static (ref WireReader reader) => reader.ReadDouble(), isSelfDescribing: true),
        ["System.SByte"] = static () => new ScalarFormatter<sbyte>(static (writer, value) => writer.Write((long)value), static (ref WireReader reader) => (sbyte)reader.ReadInteger(sbyte.MinValue, sbyte.MaxValue)),
        ["System.Byte"] = static () => new ScalarFormatter<byte>(static (writer, value) => writer.Write((long)value), static (ref WireReader reader) => (byte)reader.ReadInteger(0, byte.MaxValue)),
        ["System.Int16"] = static () => new ScalarFormatter<short>(static (writer, value) => writer.Write((long)value), static (ref WireReader reader) => (short)reader.ReadInteger(short.MinValue, short.MaxValue)),
        ["System.UInt16"] = static () => new ScalarFormatter<ushort>(static (writer, value) => writer.Write((long)value), static (ref WireReader reader) => (ushort)reader.ReadInteger(0, ushort.MaxValue)),
        ["System.Char"] = static () => new ScalarFormatter<char>(static (writer, value) => writer.Write((long)value), static (ref WireReader reader) => (char)reader.ReadInteger(0, char.MaxValue)),
        ["System.UInt32"] = static () => new ScalarFormatter<uint>(static (writer, value) => writer.Write((long)value), static (ref WireReader reader) => (uint)reader.ReadInteger(0, uint.MaxValue)),
        ["System.Int64"] = static () => new ScalarFormatter<long>(static (writer, value) => writer.Write(value), static (ref WireReader reader) => reader.ReadInt64()),
        ["System.UInt64"] = static () => new ScalarFormatter<ulong>(static (writer, value) => writer.Write(value), static (ref WireReader reader) => reader.ReadUInt64()),
        ["System.Half"] = static () => new ScalarFormatter<Half>(
            static (writer, value) => writer.Write((long)BitConverter.HalfToUInt16Bits(value)),
            static (ref WireReader reader) => BitConverter.UInt16BitsToHalf((ushort)reader.ReadInteger(0, ushort.MaxValue))),
        ["System.Decimal"] = static () => new ScalarFormatter<decimal>(static (writer, value) => writer.WriteAs(value), ReadDecimal),
        ["System.Int128"] = static () => Bits<Int128>(),
        ["System.UInt128"] = static () => Bits<UInt128>(),
        ["System.Guid"] = static () => OfLibrary<Guid>(),
        ["System.Numerics.BigInteger"] = static () => new ScalarFormatter<BigInteger>(static (writer, value) => writer.WriteBinary(value.ToByteArray()), static (ref WireReader reader) => new BigInteger(reader.ReadBinary())),
        ["System.Text.Rune"] = static () => new ScalarFormatter<Rune>(static (writer, value) => writer.Write((long)value.Value), static (ref WireReader reader) => new Rune(reader.ReadInt32())),
        ["System.TimeSpan"] = static () => OfLibrary<TimeSpan>(),
        ["System.DateOnly"] = static () => new ScalarFormatter<DateOnly>(static (writer, value) => writer.Write((long)value.DayNumber), static (ref WireReader reader) => DateOnly.FromDayNumber(reader.ReadInt32())),
        ["System.TimeOnly"] = static () => new ScalarFormatter<TimeOnly>(static (writer, value) => writer.Write(value.Ticks), static (ref WireReader reader) => new TimeOnly(reader.ReadInt64())),
        ["System.DateTime"] = static () => new ScalarFormatter<DateTime>(static (writer, value) => writer.Write(Unsafe.BitCast<DateTime, ulong>(value)), ReadDateTime),
        ["System.DateTimeOffset"] = static () => new ScalarFormatter<DateTimeOffset>(static (writer, value) => WriteParts(writer, [value.Ticks, value.Offset.Ticks]), ReadDateTimeOffset),
        ["System.DBNull"] = static () => new ScalarObjectFormatter<DBNull>(static (writer, _) => writer.WriteArrayHeader(0), ReadDBNull),
        ["System.Version"] = static () => new ScalarObjectFormatter<Version>(
            static (writer, value) => WriteParts(writer, [value.Major, value.Minor, value.Build, value.Revision]), ReadVersion),
        ["System.Uri"] = static () => new ScalarObjectFormatter<Uri>(WriteUri, ReadUri),
        ["System.Globalization.CultureInfo"] = static () => Text(static (CultureInfo value) => value.Name, CultureInfo.GetCultureInfo),
        ["System.Text.StringBuilder"] = static () => Text(static (StringBuilder value) => value.ToString(), static text => new StringBuilder(text)),
        ["System.IO.FileInfo"] = static () => Text(PathOf, static path => new FileInfo(path)),
        ["System.IO.DirectoryInfo"] = static () => Text(PathOf, static path => new DirectoryInfo(path)),
        ["System.Text.RegularExpressions.Regex"] = static () => new ScalarObjectFormatter<Regex>(WriteRegex, ReadRegex),
        ["System.Net.IPAddress"] = static () => new ScalarObjectFormatter<IPAddress>(WriteAddress, ReadAddress),
        ["System.Net.IPEndPoint"] = static () => new ScalarObjectFormatter<IPEndPoint>(WriteEndPoint, ReadEndPoint),
        ["System.Collections.BitArray"] = static () => new ScalarObjectFormatter<BitArray>(WriteBitArray, ReadBitArray),
    };

    public static bool Has(Type type) => type.FullName is { } name && Makers.ContainsKey(name) && AssemblyFacts.IsFramework(type.Assembly);

    public static Formatter? TryCreate(Type type) =>
        type.FullName is { } name && Makers.TryGetValue(name, out Func<Formatter>? make) && AssemblyFacts.IsFramework(type.Assembly) ? make() : null;

    private static ScalarFormatter<T> OfLibrary<T>() =>
        new(static (writer, value) => writer.WriteAs(value), static (ref WireReader reader) => reader.ReadAs<T>());

    private static ScalarFormatter<T> Bits<T>()
        where T : unmanaged => new(static (writer, value) => writer.WriteBinary(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref value))), ReadBits<T>);

    private static T ReadBits<T>(ref WireReader reader)
        where T : unmanaged
    {
        int start = reader.Position;
        ReadOnlySpan<byte> bytes = reader.ReadBinary();
        return bytes.Length == Unsafe.SizeOf<T>()
            ? MemoryMarshal.Read<T>(bytes)
            : throw new WireFormatException(MessageText.Format(Messages.BlockOfWrongSize, start, bytes.Length, $"byte[{Unsafe.SizeOf<T>()}]"));
    }

    private static void WriteParts(WireWriter writer, ReadOnlySpan<long> parts)
    {
        writer.WriteArrayHeader(parts.Length);
        foreach (long part in parts)
        {
            writer.Write(part);
        }
    }

    private static DateTime ReadDateTime(ref WireReader reader)
    {
        ulong bits = reader.ReadUInt64();
        ulong ticks = bits & ((1UL << KindShift) - 1);
        return ticks <= (ulong)DateTime.MaxValue.Ticks
            ? Unsafe.BitCast<ulong, DateTime>(bits)
            : throw new WireFormatException(MessageText.Format(WireMessages.NumberOutOfRange, ticks, reader.Position, nameof(DateTime)));
    }

    /// <summary>Reads a decimal number; the library takes any 16 bytes, of which not all are one.</summary>
    private static decimal ReadDecimal(ref WireReader reader)
    {
        decimal value = reader.ReadAs<decimal>();
        Span<int> bits = stackalloc int[4];
        _ = decimal.GetBits(value, bits);
        try
        {
            return new decimal(bits);
        }
        catch (ArgumentException exception)
        {
            throw new WireFormatException(MessageText.Format(WireMessages.NumberOutOfRange, bits[3], reader.Position, nameof(Decimal)), exception);
        }
    }

    private static DateTimeOffset ReadDateTimeOffset(ref WireReader reader)
    {
        reader.ReadArrayHeader(2);
        return new DateTimeOffset(reader.ReadInt64(), new TimeSpan(reader.ReadInt64()));
    }

    private static DBNull ReadDBNull(ref WireReader reader)
    {
        reader.ReadArrayHeader(0);
        return DBNull.Value;
    }

    private static Version ReadVersion(ref WireReader reader)
    {
        reader.ReadArrayHeader(4);
        (int major, int minor, int build, int revision) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        return (build, revision) switch
        {
            ( < 0, _) => new Version(major, minor),
            (_, < 0) => new Version(major, minor, build),
            _ => new Version(major, minor, build, revision),
        };
    }

    // In an array, because a string with a lone surrogate starts as an extension, and that would read as a reference.
    private static ScalarObjectFormatter<T> Text<T>(Func<T, string> textOf, Func<string, T> parse)
        where T : class => new(
            (writer, value) =>
            {
                writer.WriteArrayHeader(1);
                StringFormatter.Write(writer, textOf(value));
            },
            (ref WireReader reader) =>
            {
                reader.ReadArrayHeader(1);
                return parse(ReadRequired(ref reader));
            });

    // ToString is the path as it was given; a relative one would be another file in a process with another folder.
    private static string PathOf(FileSystemInfo value) =>
        value.ToString() is { Length: > 0 } given && Path.IsPathFullyQualified(given) ? given : value.FullName;

    // "/a" may be meant as either.
    private static void WriteUri(WireWriter writer, Uri value)
    {
        writer.WriteArrayHeader(2);
        writer.Write(value.IsAbsoluteUri);
        StringFormatter.Write(writer, value.OriginalString);
    }

    private static Uri ReadUri(ref WireReader reader)
    {
        reader.ReadArrayHeader(2);
        bool isAbsolute = reader.ReadBoolean();
        return new Uri(ReadRequired(ref reader), isAbsolute ? UriKind.Absolute : UriKind.Relative);
    }

    private static string ReadRequired(ref WireReader reader) => StringFormatter.Read(ref reader) ?? string.Empty;

    private static void WriteRegex(WireWriter writer, Regex value)
    {
        writer.WriteArrayHeader(3);
        StringFormatter.Write(writer, value.ToString());
        writer.Write((long)value.Options);
        writer.Write(value.MatchTimeout.Ticks);
    }

    private static Regex ReadRegex(ref WireReader reader)
    {
        reader.ReadArrayHeader(3);
        string pattern = ReadRequired(ref reader);
        RegexOptions options = (RegexOptions)reader.ReadInt32();
        return new Regex(pattern, options, new TimeSpan(reader.ReadInt64()));
    }

    private static void WriteAddress(WireWriter writer, IPAddress value)
    {
        writer.WriteArrayHeader(2);
        writer.WriteBinary(value.GetAddressBytes());
        writer.Write(value.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? value.ScopeId : 0);
    }

    private static IPAddress ReadAddress(ref WireReader reader)
    {
        reader.ReadArrayHeader(2);
        ReadOnlySpan<byte> bytes = reader.ReadBinary();
        long scope = reader.ReadInt64();
        return bytes.Length == 16 ? new IPAddress(bytes, scope) : new IPAddress(bytes);
    }

    private static void WriteEndPoint(WireWriter writer, IPEndPoint value)
    {
        writer.WriteArrayHeader(2);
        WriteAddress(writer, value.Address);
        writer.Write((long)value.Port);
    }

    private static IPEndPoint ReadEndPoint(ref WireReader reader)
    {
        reader.ReadArrayHeader(2);
        return new IPEndPoint(ReadAddress(ref reader), reader.ReadInt32());
    }

    private static void WriteBitArray(WireWriter writer, BitArray value)
    {
        byte[] bytes = new byte[(value.Length + 7) / 8];
        value.CopyTo(bytes, 0);
        writer.WriteArrayHeader(2);
        writer.Write((long)value.Length);
        writer.WriteBinary(bytes);
    }

    private static BitArray ReadBitArray(ref WireReader reader)
    {
        int start = reader.Position;
        reader.ReadArrayHeader(2);
        int length = reader.ReadInt32();
        ReadOnlySpan<byte> bytes = reader.ReadBinary();
        return length >= 0 && bytes.Length == ((long)length + 7) / 8
            ? new BitArray(bytes.ToArray()) { Length = length }
            : throw new WireFormatException(MessageText.Format(Messages.BlockOfWrongSize, start, bytes.Length, $"BitArray[{length}]"));
    }
}
