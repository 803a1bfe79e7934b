using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Management.Automation.Internal;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Loky.PowerShell.Capture;

namespace Loky.PowerShell.Serialization;

/// <summary>Values without parts, each an extension value: the frequent ones, and those of PowerShell alone.</summary>
internal static class ScalarFormatters
{
    public static void AddTo(ConcurrentDictionary<Type, Action<PSWriteSession, object>> cache)
    {
        cache[typeof(char)] = static (session, value) => session.Writer.WriteExtension(PSExtension.Char, [(byte)((char)value >> 8), unchecked((byte)(char)value)]);
        cache[typeof(byte)] = static (session, value) => session.Writer.WriteExtension(PSExtension.Byte, [(byte)value]);
        cache[typeof(long)] = static (session, value) => WriteInt64(session, (long)value);
        cache[typeof(nint)] = static (session, value) => WriteInt64(session, PSExtension.IntPtr, (nint)value);
        cache[typeof(nuint)] = static (session, value) => WriteInt64(session, PSExtension.UIntPtr, unchecked((long)(nuint)value));

        // The bits of a DateTime as they are: its kind, and which of the two hours at the end of summer time it is.
        cache[typeof(DateTime)] = static (session, value) => WriteInt64(session, PSExtension.DateTime, Unsafe.BitCast<DateTime, long>((DateTime)value));
        cache[typeof(TimeSpan)] = static (session, value) => WriteInt64(session, PSExtension.TimeSpan, ((TimeSpan)value).Ticks);
        cache[typeof(Guid)] = WriteGuid;
        cache[typeof(SwitchParameter)] = static (session, value) =>
            session.Writer.WriteExtension(PSExtension.SwitchParameter, [((SwitchParameter)value).IsPresent ? (byte)1 : (byte)0]);
    }

    /// <summary>Writes text in UTF-16, whatever it is, as an extension value.</summary>
    public static void WriteText(PSWriteSession session, sbyte type, ReadOnlySpan<char> text) =>
        session.Writer.WriteExtension(type, MemoryMarshal.AsBytes(text));

    /// <summary>Throws <see cref="LanguageModeException"/> where the reader would give it more rights than it has here.</summary>
    public static string ScriptText(PSWriteSession session, ScriptBlock script) =>
        session.ScriptMode is { } mode && LanguageModes.Frees(mode, script)
            ? throw new LanguageModeException(MessageText.Format(Messages.LanguageModeScript, mode))
            : script.ToString();

    public static object Read(ref WireReader reader, PSReadSession session)
    {
        int start = reader.Position;
        ReadOnlySpan<byte> payload = reader.ReadExtension(out sbyte type);
        return type switch
        {
            WireExtension.Reference => session.Find(WireExtension.NumberOf(payload, start), start),
            PSExtension.Int64 => ToInt64(payload),
            PSExtension.DateTime => ToDateTime(ToInt64(payload)),
            PSExtension.Guid => new Guid(Exactly(payload, 16), bigEndian: true),
            PSExtension.TimeSpan => new TimeSpan(ToInt64(payload)),
            PSExtension.Char => (char)BinaryPrimitives.ReadUInt16BigEndian(Exactly(payload, 2)),
            PSExtension.Byte => Exactly(payload, 1)[0],
            PSExtension.IntPtr => (nint)ToInt64(payload),
            PSExtension.UIntPtr => unchecked((nuint)(ulong)ToInt64(payload)),
            WireExtension.Utf16 => Text(payload),
            PSExtension.ScriptBlock => ScriptFormatter.Read(Text(payload), session.ScriptMode),
            PSExtension.PlacedScriptBlock when session.Trusted => ScriptFormatter.ReadPlaced(Text(payload)),
            PSExtension.AutomationNull => AutomationNull.Value,
            PSExtension.SecureString => SecretFormatter.ReadSecureString(payload),
            PSExtension.SwitchParameter => new SwitchParameter(Exactly(payload, 1)[0] != 0),
            _ => RareFormatters.Read(type, payload),
        };
    }

    public static string Text(ReadOnlySpan<byte> payload) =>
        payload.Length % sizeof(char) == 0
            ? new string(MemoryMarshal.Cast<byte, char>(payload))
            : throw new FormatException(MessageText.Format(Messages.PSValueWrongSize, payload.Length, typeof(string)));

    private static void WriteInt64(PSWriteSession session, long number)
    {
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

    private static void WriteInt64(PSWriteSession session, sbyte type, long value)
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(payload, value);
        session.Writer.WriteExtension(type, payload);
    }

    private static void WriteGuid(PSWriteSession session, object value)
    {
        Span<byte> payload = stackalloc byte[16];
        _ = ((Guid)value).TryWriteBytes(payload, bigEndian: true, out _);
        session.Writer.WriteExtension(PSExtension.Guid, payload);
    }

    private static long ToInt64(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadInt64BigEndian(Exactly(payload, 8));

    private static DateTime ToDateTime(long bits)
    {
        // Two bits of kind above the ticks.
        long ticks = bits & 0x3FFF_FFFF_FFFF_FFFF;
        return ticks <= DateTime.MaxValue.Ticks
            ? Unsafe.BitCast<long, DateTime>(bits)
            : throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, ticks, nameof(DateTime)));
    }

    private static ReadOnlySpan<byte> Exactly(ReadOnlySpan<byte> payload, int size) =>
        payload.Length == size
            ? payload
            : throw new FormatException(MessageText.Format(Messages.PSValueWrongSize, payload.Length, size));
}
