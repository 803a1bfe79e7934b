using System.Globalization;

namespace Loky.PowerShell.Execution;

/// <summary>The progress bar of a call that takes longer than a moment. Whether it shows is the matter of the preference and of
/// <c>-ProgressAction</c>, as for any cmdlet. To be used on the pipeline thread only.</summary>
internal sealed class CallProgress(PSCmdlet cmdlet)
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // Items that report progress mostly number it from 0, and calls can be nested: their bars must not take turns.
    private static int s_lastActivity = (Environment.ProcessId & 0xFFFF) << 12;

    private readonly int _activity = Interlocked.Increment(ref s_lastActivity);
    private readonly long _begun = Environment.TickCount64;
    private TimeSpan _due = Delay;
    private bool _isShown;

    /// <summary>Gets how long it is until the bar is to be brought up to date; zero when it is time.</summary>
    public TimeSpan UntilDue
    {
        get
        {
            TimeSpan left = _due - Elapsed;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    // Asked at each item: a coarse clock, which costs a tenth of the fine one.
    private TimeSpan Elapsed => TimeSpan.FromMilliseconds(Environment.TickCount64 - _begun);

    /// <summary><paramref name="total"/> is null until the input has ended.</summary>
    public void Show(long done, long running, long? total, string? hosts = null)
    {
        double rate = done / Elapsed.TotalSeconds;
        string rateText = rate.ToString(rate < 10 ? "N1" : "N0", CultureInfo.CurrentCulture);
        string status = total is { } all
            ? MessageText.Format(Messages.ProgressOfKnown, done, all, running, rateText)
            : MessageText.Format(Messages.ProgressOfUnknown, done, running, rateText);
        ProgressRecord bar = NewRecord(status);
        if (total is > 0)
        {
            bar.PercentComplete = (int)(100 * done / total.Value);
            bar.SecondsRemaining = done == 0 ? -1 : (int)Math.Min(Math.Ceiling((total.Value - done) / rate), int.MaxValue);
        }

        if (hosts is not null)
        {
            bar.CurrentOperation = hosts;
        }

        _isShown = true;
        cmdlet.WriteProgress(bar);
        _due = Elapsed + Interval;
    }

    public void TryComplete()
    {
        if (!_isShown)
        {
            return;
        }

        _isShown = false;
        ProgressRecord bar = NewRecord(" ");
        bar.RecordType = ProgressRecordType.Completed;
        try
        {
            cmdlet.WriteProgress(bar);
        }
        catch (RuntimeException)
        {
            // The pipeline is being stopped, with which the host takes away its bars.
        }
    }

    // A record of its own each time, as hosts may keep them.
    private ProgressRecord NewRecord(string status) => new(_activity, cmdlet.MyInvocation.MyCommand.Name, status);
}
