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
    /// <summary>Writes text in UTF-16, whatever it is, as an extension value.</summary>
    public static void WriteText(PSWriteSession session, sbyte type, ReadOnlySpan<char> text)
    {
        WireWriter output = session.Writer;
        output.WriteExtensionHeader(type, checked(text.Length * sizeof(char)));
        output.WriteRaw(MemoryMarshal.AsBytes(text));
    }

    /// <summary>Writes <see cref="DBNull.Value"/>.</summary>
    public static void WriteDBNull(PSWriteSession session, object value) => session.Writer.WriteExtension(PSExtension.DBNull, [0]);

    /// <summary>Writes a culture by its name.</summary>
    public static void WriteCulture(PSWriteSession session, object value) =>
        WriteText(session, PSExtension.Culture, ((CultureInfo)value).Name);

    /// <summary>Writes a switch.</summary>
    public static void WriteSwitch(PSWriteSession session, object value) =>
        session.Writer.WriteExtension(PSExtension.SwitchParameter, [((SwitchParameter)value).IsPresent ? (byte)1 : (byte)0]);

    /// <summary>Gets the text of a script that is sent.</summary>
    /// <exception cref="LanguageModeException">The reader would run it with rights that it does not have here.</exception>
    public static string ScriptText(PSWriteSession session, ScriptBlock script) =>
        session.ScriptMode is { } mode && LanguageModes.Frees(mode, script)
            ? throw new LanguageModeException(MessageText.Format(Messages.LanguageModeScript, mode))
            : script.ToString();

    /// <summary>Adds the encoders of the value types.</summary>
    public static void AddTo(ConcurrentDictionary<Type, ValueEncoder> cache)
    {
        cache[typeof(char)] = static (session, value) => WriteUInt16(session, PSExtension.Char, (char)value);
        cache[typeof(sbyte)] = static (session, value) => session.Writer.WriteExtension(PSExtension.SByte, [unchecked((byte)(sbyte)value)]);
        cache[typeof(byte)] = static (session, value) => session.Writer.WriteExtension(PSExtension.Byte, [(byte)value]);
        cache[typeof(short)] = static (session, value) => WriteUInt16(session, PSExtension.Int16, unchecked((ushort)(short)value));
        cache[typeof(ushort)] = static (session, value) => WriteUInt16(session, PSExtension.UInt16, (ushort)value);
        cache[typeof(uint)] = static (session, value) => WriteInt32(session, PSExtension.UInt32, unchecked((int)(uint)value));
        cache[typeof(long)] = WriteInt64;
        cache[typeof(ulong)] = WriteUInt64;
        cache[typeof(nint)] = static (session, value) => WriteInt64(session, PSExtension.IntPtr, (nint)value);
        cache[typeof(nuint)] = static (session, value) => WriteInt64(session, PSExtension.UIntPtr, unchecked((long)(nuint)value));
        cache[typeof(decimal)] = WriteDecimal;
        cache[typeof(Half)] = static (session, value) => WriteUInt16(session, PSExtension.Half, BitConverter.HalfToUInt16Bits((Half)value));
        cache[typeof(Int128)] = static (session, value) => WriteUInt128(session, PSExtension.Int128, unchecked((UInt128)(Int128)value));
        cache[typeof(UInt128)] = static (session, value) => WriteUInt128(session, PSExtension.UInt128, (UInt128)value);

        // The bits of a DateTime as they are: its kind, and which of the two hours at the end of summer time it is.
        cache[typeof(DateTime)] = static (session, value) => WriteInt64(session, PSExtension.DateTime, Unsafe.BitCast<DateTime, long>((DateTime)value));
        cache[typeof(DateTimeOffset)] = WriteDateTimeOffset;
        cache[typeof(TimeSpan)] = static (session, value) => WriteInt64(session, PSExtension.TimeSpan, ((TimeSpan)value).Ticks);
        cache[typeof(DateOnly)] = static (session, value) => WriteInt32(session, PSExtension.DateOnly, ((DateOnly)value).DayNumber);
        cache[typeof(TimeOnly)] = static (session, value) => WriteInt64(session, PSExtension.TimeOnly, ((TimeOnly)value).Ticks);
        cache[typeof(Guid)] = WriteGuid;
        cache[typeof(Version)] = WriteVersion;
        cache[typeof(Uri)] = WriteUri;
    }

    /// <summary>Writes eight bytes as an extension value.</summary>
    public static void WriteInt64(PSWriteSession session, sbyte type, long value)
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(payload, value);
        session.Writer.WriteExtension(type, payload);
    }

    private static void WriteInt64(PSWriteSession session, object value)
    {
        long number = (long)value;
        if (number is < int.MinValue or > int.MaxValue)
        {
            // No Int32 can be meant by an integer this large.
            session.Writer.Write(number);
        }
        else
        {
            WriteInt64(session, PSExtension.Int64, number);
        }
    }

    private static void WriteUInt64(PSWriteSession session, object value)
    {
        ulong number = (ulong)value;
        if (number > long.MaxValue)
        {
            session.Writer.Write(number);
        }
        else
        {
            WriteInt64(session, PSExtension.UInt64, (long)number);
        }
    }

    private static void WriteUInt16(PSWriteSession session, sbyte type, ushort value)
    {
        Span<byte> payload = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(payload, value);
        session.Writer.WriteExtension(type, payload);
    }

    private static void WriteInt32(PSWriteSession session, sbyte type, int value)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, value);
        session.Writer.WriteExtension(type, payload);
    }

    private static void WriteUInt128(PSWriteSession session, sbyte type, UInt128 value)
    {
        Span<byte> payload = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(payload, value);
        session.Writer.WriteExtension(type, payload);
    }

    private static void WriteDecimal(PSWriteSession session, object value)
    {
        Span<int> parts = stackalloc int[4];
        Span<byte> payload = stackalloc byte[16];
        _ = decimal.GetBits((decimal)value, parts);
        for (int i = 0; i < parts.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(payload[(i * 4)..], parts[i]);
        }

        session.Writer.WriteExtension(PSExtension.Decimal, payload);
    }

    private static void WriteDateTimeOffset(PSWriteSession session, object value)
    {
        var moment = (DateTimeOffset)value;
        Span<byte> payload = stackalloc byte[10];
        BinaryPrimitives.WriteInt64BigEndian(payload, moment.Ticks);
        BinaryPrimitives.WriteInt16BigEndian(payload[8..], (short)moment.TotalOffsetMinutes);
        session.Writer.WriteExtension(PSExtension.DateTimeOffset, payload);
    }

    private static void WriteGuid(PSWriteSession session, object value)
    {
        Span<byte> payload = stackalloc byte[16];
        _ = ((Guid)value).TryWriteBytes(payload, bigEndian: true, out _);
        session.Writer.WriteExtension(PSExtension.Guid, payload);
    }

    private static void WriteVersion(PSWriteSession session, object value)
    {
        var version = (Version)value;
        Span<byte> payload = stackalloc byte[16];
        BinaryPrimitives.WriteInt32BigEndian(payload, version.Major);
        BinaryPrimitives.WriteInt32BigEndian(payload[4..], version.Minor);
        BinaryPrimitives.WriteInt32BigEndian(payload[8..], version.Build);
        BinaryPrimitives.WriteInt32BigEndian(payload[12..], version.Revision);
        session.Writer.WriteExtension(PSExtension.Version, payload);
    }

    private static void WriteUri(PSWriteSession session, object value)
    {
        var uri = (Uri)value;
        WriteText(session, PSExtension.Uri, (uri.IsAbsoluteUri ? "A" : "R") + uri.OriginalString);
    }
}
