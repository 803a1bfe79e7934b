using System.Buffers.Text;

namespace Loky.Runs;

/// <summary>
/// The last line of an attempt. The next one is most often the same but for digits, and to copy it and write those takes a third of
/// the time. Not thread-safe.
/// </summary>
internal sealed class RunLogPattern
{
    private const int NumberAt = 10;
    private const int LongestLine = 1024;

    // Where the times end: a comma follows each.
    private const int QueuedTail = 11;
    private const int StartedTail = 9;

    private readonly byte[] _text = new byte[LongestLine];
    private Attempt _attempt;
    private long _leastNumber;
    private long _mostNumber;
    private int _queuedLength;
    private int _startedLength;
    private int _endedLength;

    /// <summary>Gets how many bytes the line has; 0 where it is none to be repeated.</summary>
    public int Length { get; private set; }

    /// <summary>Gets or sets where in the line the time begins.</summary>
    public int QueuedAt { get; set; }

    /// <inheritdoc cref="QueuedAt"/>
    public int StartedAt { get; set; }

    /// <inheritdoc cref="QueuedAt"/>
    public int EndedAt { get; set; }

    /// <summary>Gets or sets where in the line the hash begins.</summary>
    public int HashAt { get; set; }

    /// <summary>Keeps a line, with the places that were set, if it is one that may be repeated.</summary>
    public void Keep(in Attempt attempt, ReadOnlySpan<byte> line)
    {
        Length = 0;
        if (attempt.Place is null || HasMore(attempt) || line.Length > LongestLine)
        {
            return;
        }

        line.CopyTo(_text);
        (Length, _attempt) = (line.Length, attempt);
        int digits = line[NumberAt..].IndexOf((byte)',');
        _mostNumber = (long)Math.Pow(10, digits);
        _leastNumber = digits == 1 ? 0 : _mostNumber / 10;
        _queuedLength = StartedAt - QueuedAt - QueuedTail;
        _startedLength = EndedAt - StartedAt - StartedTail;
        _endedLength = line[EndedAt..].IndexOf((byte)',');
    }

    /// <summary>Tells whether the line of another attempt differs in digits alone, but for those of the times when it ran.</summary>
    public bool Fits(in Attempt attempt, int queuedLength) =>
        Length > 0
        && ReferenceEquals(attempt.Place, _attempt.Place)
        && attempt.Outcome == _attempt.Outcome
        && attempt.BytesIn == _attempt.BytesIn
        && attempt.BytesOut == _attempt.BytesOut
        && attempt.Item >= _leastNumber
        && attempt.Item < _mostNumber
        && queuedLength == _queuedLength
        && !HasMore(attempt);

    /// <summary>Writes the line of an attempt that fits; returns false where its times are longer or shorter.</summary>
    public bool TryRepeat(Span<byte> line, in Attempt attempt, ReadOnlySpan<byte> queued, RunLogTime ran)
    {
        _text.AsSpan(0, Length).CopyTo(line);
        ReadOnlySpan<byte> started = ran.TextOf(attempt.Started);
        if (started.Length != _startedLength)
        {
            return false;
        }

        started.CopyTo(line[StartedAt..]);
        ReadOnlySpan<byte> ended = ran.TextOf(attempt.Ended);
        if (ended.Length != _endedLength)
        {
            return false;
        }

        ended.CopyTo(line[EndedAt..]);
        queued.CopyTo(line[QueuedAt..]);
        attempt.Hash.Format(line[HashAt..]);
        return Utf8Formatter.TryFormat(attempt.Item, line[NumberAt..], out _);
    }

    private static bool HasMore(in Attempt attempt) =>
        attempt.IsRetried || attempt.ErrorId is not null || attempt.Exit is not null || attempt.Cause is not null;
}
