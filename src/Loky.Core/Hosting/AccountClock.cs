using System.Diagnostics;

namespace Loky.Hosting;

/// <summary>The times in the accounts of a frame. The clock is asked once a frame; from there on the stopwatch counts. Guarded by the lock of the <see cref="Outbox"/>.</summary>
internal struct AccountClock
{
    private const long MicrosecondsPerSecond = 1_000_000;

    // What lies between two items that run one right after the other is no time that anybody would want to see.
    private static readonly long GapTicks = Stopwatch.Frequency / 100_000;

    private long _base;
    private long _baseTicks;
    private long _lastEnded;
    private long _lastTicks;
    private bool _isRunning;

    /// <summary>Notes that a frame was sent, and the next account is the first of another.</summary>
    public void Reset() => _isRunning = false;

    /// <summary>Notes the end of an item, if it began when the one before it ended whose account is in the same frame.</summary>
    /// <param name="started">When it began, as a time stamp.</param>
    /// <param name="now">When it ended.</param>
    /// <param name="took">How much later that was, in microseconds.</param>
    public bool TryContinue(long started, long now, out uint took)
    {
        took = 0;
        if (!_isRunning || started - _lastTicks > GapTicks)
        {
            return false;
        }

        long ended = MicrosecondsAt(now);
        if (ended - _lastEnded > uint.MaxValue)
        {
            return false;
        }

        took = (uint)(ended - _lastEnded);
        (_lastEnded, _lastTicks) = (ended, now);
        return true;
    }

    /// <summary>Notes the end of any item. Returns when it ended, in microseconds since the Unix epoch, and how long it ran.</summary>
    public (long Ended, long Run) Note(long started, long now)
    {
        if (!_isRunning)
        {
            (_base, _baseTicks, _isRunning) = ((DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond, now, true);
        }

        (_lastEnded, _lastTicks) = (MicrosecondsAt(now), now);
        return (_lastEnded, (now - started) * MicrosecondsPerSecond / Stopwatch.Frequency);
    }

    private readonly long MicrosecondsAt(long ticks) => _base + ((ticks - _baseTicks) * MicrosecondsPerSecond / Stopwatch.Frequency);
}
