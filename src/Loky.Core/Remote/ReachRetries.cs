using System.Diagnostics;

namespace Loky.Remote;

/// <summary>Failures of a host in a row before a worker was ready there, and the pause after; under the host's lock.</summary>
internal struct ReachRetries
{
    private const int MaxFailures = 3;

    // What was killed from outside, or cut off, may have better luck for a while longer, as a worker that starts may;
    // and a host that has worked is set up well, so that it is away, which an outage of a network or a reboot ends.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private long _first;
    private long _last;
    private int _final;
    private int _all;

    public readonly TimeSpan Pause => _all == 0 ? TimeSpan.Zero : FirstPause * Math.Min(Math.Pow(2, Math.Min(_all - 1, 16)), LongestPause / FirstPause);

    /// <summary>Forgets failures after which nobody has tried for long: what came of them then is not known.</summary>
    public void BeginTry(long now)
    {
        if (_all > 0 && Stopwatch.GetElapsedTime(_last, now) > Patience)
        {
            this = default;
        }
    }

    public void Note(bool mayPass, long now)
    {
        _last = now;
        _first = _all == 0 ? now : _first;
        _all++;
        _final += mayPass ? 0 : 1;
    }

    public readonly bool IsHopeless(long now) =>
        _final >= MaxFailures || (_all >= MaxFailures && Stopwatch.GetElapsedTime(_first, now) > Patience);
}
