using System.Diagnostics;

namespace Loky.Scheduling;

/// <summary>Failed starts in a row, and the wait before the next, longer each time; guarded by the pool's lock.</summary>
internal struct StartRetries
{
    /// <summary>How many tries there are where workers end by themselves: what has failed thrice will fail again.</summary>
    public const int MaxTries = 3;

    // Who was killed from outside, for lack of memory say, may have better luck for a while longer.
    private static readonly TimeSpan KilledPatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private long _first;
    private long _last;
    private bool _allKilled;

    /// <summary>Gets how many tries have failed; workers that were started together are one.</summary>
    public int Failures { get; private set; }

    public void Note(long startedAt, bool wasKilled, long now)
    {
        _allKilled = wasKilled && (_allKilled || Failures == 0);
        if (Failures > 0 && startedAt < _last)
        {
            return;
        }

        _first = Failures == 0 ? now : _first;
        _last = now;
        Failures++;
    }

    public readonly bool IsHopeless(long now) =>
        Failures >= MaxTries && (!_allKilled || Stopwatch.GetElapsedTime(_first, now) > KilledPatience);

    /// <summary>Gets how long the next start has to wait; zero or less if not at all.</summary>
    public readonly TimeSpan PauseLeft(long now)
    {
        if (Failures == 0)
        {
            return TimeSpan.Zero;
        }

        TimeSpan pause = FirstPause * Math.Pow(2, Math.Min(Failures - 1, 16));
        return (pause < LongestPause ? pause : LongestPause) - Stopwatch.GetElapsedTime(_last, now);
    }
}
