namespace Loky.Execution;

/// <summary>Cancels a token after a time of any length; a single timer takes no more than some weeks.</summary>
internal sealed class Deadline : IDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1.0);

    private readonly CancellationTokenSource _source;
    private readonly TimeSpan _longest;
    private readonly Timer _timer;
    private TimeSpan _left;

    /// <summary>Creates a deadline that is not set yet.</summary>
    /// <param name="longest">How long a timer may be set to; null for what the system allows.</param>
    /// <param name="cancellation">Another reason to cancel.</param>
    public Deadline(TimeSpan? longest = null, CancellationToken cancellation = default)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _longest = longest ?? LongestTimer;
        _timer = new Timer(static state => ((Deadline)state!).Continue(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Gets the token.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Sets it. Only once.</summary>
    /// <param name="limit">The time from now on; infinite for none.</param>
    public void Set(TimeSpan limit)
    {
        if (limit != Timeout.InfiniteTimeSpan)
        {
            _left = limit;
            Continue();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private void Continue()
    {
        try
        {
            if (_left > _longest)
            {
                _left -= _longest;
                _ = _timer.Change(_longest, Timeout.InfiniteTimeSpan);
            }
            else
            {
                _source.CancelAfter(_left);
            }
        }
        catch (ObjectDisposedException)
        {
            // What it was for has ended meanwhile.
        }
    }
}
