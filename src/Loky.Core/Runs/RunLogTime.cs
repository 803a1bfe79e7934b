using System.Buffers.Text;

namespace Loky.Runs;

/// <summary>A time as lines have it, in milliseconds since the call began, to the microsecond; keeps the last text.</summary>
internal sealed class RunLogTime(DateTime start)
{
    private readonly byte[] _text = new byte[24];
    private DateTime _time;
    private int _length;

    /// <summary>Gets how many microseconds one time is after another, or 0.</summary>
    public static long MicrosecondsBetween(DateTime start, DateTime time) => Math.Max(0, (time - start).Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>Gets the text of a time, until that of another is asked for.</summary>
    public ReadOnlySpan<byte> TextOf(DateTime time)
    {
        if (time != _time || _length == 0)
        {
            Set(MicrosecondsBetween(start, time));
            _time = time;
        }

        return _text.AsSpan(0, _length);
    }

    private void Set(long microseconds)
    {
        (long milliseconds, long rest) = Math.DivRem(microseconds, 1000);
        _ = Utf8Formatter.TryFormat(milliseconds, _text, out int length);
        (int hundreds, int tens) = Math.DivRem((int)rest, 100);
        (tens, int ones) = Math.DivRem(tens, 10);
        Span<byte> fraction = _text.AsSpan(length, 4);
        (fraction[0], fraction[1], fraction[2], fraction[3]) = ((byte)'.', (byte)('0' + hundreds), (byte)('0' + tens), (byte)('0' + ones));
        _length = length + 4;
    }
}
