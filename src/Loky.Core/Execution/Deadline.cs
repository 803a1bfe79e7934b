namespace Loky.Execution;

/// <summary>Cancels a token after a time of any length; a single timer takes no more than some weeks.</summary>
internal sealed class Deadline : IDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1.0);

    private readonly CancellationTokenSource _source;
    private readonly TimeSpan _longest;
    private readonly Timer _timer;
    private TimeSpan _left;

    public Deadline(TimeSpan? longest = null, CancellationToken cancellation = default)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _longest = longest ?? LongestTimer;
        _timer = new Timer(static state => ((Deadline)state!).Continue(), this, Timeout.Infinite, Timeout.Infinite);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Sets the time from now on, infinite for none; only once.</summary>
    public void Set(TimeSpan limit)
    {
        if (limit != Timeout.InfiniteTimeSpan)
        {
            _left = limit;
            Continue();
        }
    }

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
        }
    }
}
