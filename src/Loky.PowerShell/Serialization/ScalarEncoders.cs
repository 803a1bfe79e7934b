using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Loky.Wire;
using Loky.PowerShell.Capture;

namespace Loky.PowerShell.Serialization;

/// <summary>Writes values that have no parts.</summary>
internal static class ScalarEncoders
{
    /// <summary>Writes a string, as UTF-8 if it has that form.</summary>
    public static void WriteString(PSValueWriter writer, string text)
    {
        if (WireWriter.IsWellFormed(text))
        {
            writer.Out.Write(text.AsSpan());
        }
        else
        {
            WriteText(writer, PSExtension.Utf16String, text);
        }
    }

    /// <summary>Writes a string, or nil.</summary>
    public static void WriteStringOrNil(PSValueWriter writer, string? text)
    {
        if (text is null)
        {
            writer.Out.WriteNil();
        }
        else
        {
            WriteString(writer, text);
        }
    }

    /// <summary>Writes text in UTF-16, whatever it is, as an extension value.</summary>
    public static void WriteText(PSValueWriter writer, sbyte type, ReadOnlySpan<char> text)
    {
        WireWriter output = writer.Out;
        output.WriteExtensionHeader(type, checked(text.Length * sizeof(char)));
        output.WriteRaw(MemoryMarshal.AsBytes(text));
    }

    /// <summary>Writes <see cref="DBNull.Value"/>.</summary>
    public static void WriteDBNull(PSValueWriter writer, object value) => writer.Out.WriteExtension(PSExtension.DBNull, [0]);

    /// <summary>Writes a culture by its name.</summary>
    public static void WriteCulture(PSValueWriter writer, object value) =>
        WriteText(writer, PSExtension.Culture, ((CultureInfo)value).Name);

    /// <summary>Writes a switch.</summary>
    public static void WriteSwitch(PSValueWriter writer, object value) =>
        writer.Out.WriteExtension(PSExtension.SwitchParameter, [((SwitchParameter)value).IsPresent ? (byte)1 : (byte)0]);

    /// <summary>Gets the text of a script that is sent.</summary>
    /// <exception cref="LanguageModeException">The reader would run it with rights that it does not have here.</exception>
    public static string ScriptText(PSValueWriter writer, ScriptBlock script) =>
        writer.ScriptMode is { } mode && LanguageModes.Frees(mode, script)
            ? throw new LanguageModeException(MessageText.Format(Messages.LanguageModeScript, mode))
            : script.ToString();

    /// <summary>Adds the encoders of the value types.</summary>
    public static void AddTo(ConcurrentDictionary<Type, ValueEncoder> cache)
    {
        cache[typeof(char)] = static (writer, value) => WriteUInt16(writer, PSExtension.Char, (char)value);
        cache[typeof(sbyte)] = static (writer, value) => writer.Out.WriteExtension(PSExtension.SByte, [unchecked((byte)(sbyte)value)]);
        cache[typeof(byte)] = static (writer, value) => writer.Out.WriteExtension(PSExtension.Byte, [(byte)value]);
        cache[typeof(short)] = static (writer, value) => WriteUInt16(writer, PSExtension.Int16, unchecked((ushort)(short)value));
        cache[typeof(ushort)] = static (writer, value) => WriteUInt16(writer, PSExtension.UInt16, (ushort)value);
        cache[typeof(uint)] = static (writer, value) => WriteInt32(writer, PSExtension.UInt32, unchecked((int)(uint)value));
        cache[typeof(long)] = WriteInt64;
        cache[typeof(ulong)] = WriteUInt64;
        cache[typeof(nint)] = static (writer, value) => WriteInt64(writer, PSExtension.IntPtr, (nint)value);
        cache[typeof(nuint)] = static (writer, value) => WriteInt64(writer, PSExtension.UIntPtr, unchecked((long)(nuint)value));
        cache[typeof(decimal)] = WriteDecimal;
        cache[typeof(Half)] = static (writer, value) => WriteUInt16(writer, PSExtension.Half, BitConverter.HalfToUInt16Bits((Half)value));
        cache[typeof(Int128)] = static (writer, value) => WriteUInt128(writer, PSExtension.Int128, unchecked((UInt128)(Int128)value));
        cache[typeof(UInt128)] = static (writer, value) => WriteUInt128(writer, PSExtension.UInt128, (UInt128)value);

        // The bits of a DateTime as they are: its kind, and which of the two hours at the end of summer time it is.
        cache[typeof(DateTime)] = static (writer, value) => WriteInt64(writer, PSExtension.DateTime, Unsafe.BitCast<DateTime, long>((DateTime)value));
        cache[typeof(DateTimeOffset)] = WriteDateTimeOffset;
        cache[typeof(TimeSpan)] = static (writer, value) => WriteInt64(writer, PSExtension.TimeSpan, ((TimeSpan)value).Ticks);
        cache[typeof(DateOnly)] = static (writer, value) => WriteInt32(writer, PSExtension.DateOnly, ((DateOnly)value).DayNumber);
        cache[typeof(TimeOnly)] = static (writer, value) => WriteInt64(writer, PSExtension.TimeOnly, ((TimeOnly)value).Ticks);
        cache[typeof(Guid)] = WriteGuid;
        cache[typeof(Version)] = WriteVersion;
        cache[typeof(Uri)] = WriteUri;
    }

    /// <summary>Writes eight bytes as an extension value.</summary>
    public static void WriteInt64(PSValueWriter writer, sbyte type, long value)
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(payload, value);
        writer.Out.WriteExtension(type, payload);
    }

    private static void WriteInt64(PSValueWriter writer, object value)
    {
        long number = (long)value;
        if (number is < int.MinValue or > int.MaxValue)
        {
            // No Int32 can be meant by an integer this large.
            writer.Out.Write(number);
        }
        else
        {
            WriteInt64(writer, PSExtension.Int64, number);
        }
    }

    private static void WriteUInt64(PSValueWriter writer, object value)
    {
        ulong number = (ulong)value;
        if (number > long.MaxValue)
        {
            writer.Out.Write(number);
        }
        else
        {
            WriteInt64(writer, PSExtension.UInt64, (long)number);
        }
    }

    private static void WriteUInt16(PSValueWriter writer, sbyte type, ushort value)
    {
        Span<byte> payload = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(payload, value);
        writer.Out.WriteExtension(type, payload);
    }

    private static void WriteInt32(PSValueWriter writer, sbyte type, int value)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, value);
        writer.Out.WriteExtension(type, payload);
    }

    private static void WriteUInt128(PSValueWriter writer, sbyte type, UInt128 value)
    {
        Span<byte> payload = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(payload, value);
        writer.Out.WriteExtension(type, payload);
    }

    private static void WriteDecimal(PSValueWriter writer, object value)
    {
        Span<int> parts = stackalloc int[4];
        Span<byte> payload = stackalloc byte[16];
        _ = decimal.GetBits((decimal)value, parts);
        for (int i = 0; i < parts.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(payload[(i * 4)..], parts[i]);
        }

        writer.Out.WriteExtension(PSExtension.Decimal, payload);
    }

    private static void WriteDateTimeOffset(PSValueWriter writer, object value)
    {
        var moment = (DateTimeOffset)value;
        Span<byte> payload = stackalloc byte[10];
        BinaryPrimitives.WriteInt64BigEndian(payload, moment.Ticks);
        BinaryPrimitives.WriteInt16BigEndian(payload[8..], (short)moment.TotalOffsetMinutes);
        writer.Out.WriteExtension(PSExtension.DateTimeOffset, payload);
    }

    private static void WriteGuid(PSValueWriter writer, object value)
    {
        Span<byte> payload = stackalloc byte[16];
        _ = ((Guid)value).TryWriteBytes(payload, bigEndian: true, out _);
        writer.Out.WriteExtension(PSExtension.Guid, payload);
    }

    private static void WriteVersion(PSValueWriter writer, object value)
    {
        var version = (Version)value;
        Span<byte> payload = stackalloc byte[16];
        BinaryPrimitives.WriteInt32BigEndian(payload, version.Major);
        BinaryPrimitives.WriteInt32BigEndian(payload[4..], version.Minor);
        BinaryPrimitives.WriteInt32BigEndian(payload[8..], version.Build);
        BinaryPrimitives.WriteInt32BigEndian(payload[12..], version.Revision);
        writer.Out.WriteExtension(PSExtension.Version, payload);
    }

    private static void WriteUri(PSValueWriter writer, object value)
    {
        var uri = (Uri)value;
        WriteText(writer, PSExtension.Uri, (uri.IsAbsoluteUri ? "A" : "R") + uri.OriginalString);
    }
}
