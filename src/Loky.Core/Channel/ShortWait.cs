using System.Diagnostics;

namespace Loky.Channel;

/// <summary>
/// Looks out for something for a moment before its thread goes to sleep: where what was waited for last came in hardly
/// more time than it takes to wake a thread. So who calls back and forth, one task at a time, does not pay for a thread
/// put to sleep and woken at each station, and nobody else pays for the looking. Not thread-safe.
/// </summary>
/// <remarks>
/// Who looks out lets others go first each time, so that on a busy machine nobody waits for it, and gives up for good
/// with the first time in vain, until a sleep was short again. One thread of a process looks out at a time: more would
/// take turns at the processors that what they wait for needs.
/// </remarks>
/// <param name="processors">How many processors there are; with one, what is waited for could not come meanwhile.</param>
internal sealed class ShortWait(int processors)
{
    private static readonly long Longest = Stopwatch.Frequency / 10_000;

    private static int _lookingOut;

    private bool _isLikely;

    /// <summary>Creates one for this machine.</summary>
    public ShortWait()
        : this(Environment.ProcessorCount)
    {
    }

    /// <summary>Waits until something is there, if that is likely to be soon.</summary>
    /// <param name="state">What is looked at.</param>
    /// <param name="isThere">Tells whether it is there; must be cheap.</param>
    public void LookOut<T>(T state, Func<T, bool> isThere)
    {
        if (!_isLikely || processors == 1 || Interlocked.Exchange(ref _lookingOut, 1) != 0)
        {
            return;
        }

        try
        {
            long begun = Stopwatch.GetTimestamp();
            while (!isThere(state))
            {
                if (Stopwatch.GetTimestamp() - begun > Longest)
                {
                    _isLikely = false;
                    break;
                }

                _ = Thread.Yield();
            }
        }
        finally
        {
            Volatile.Write(ref _lookingOut, 0);
        }
    }

    /// <summary>Notes that the thread had to sleep in the end.</summary>
    /// <param name="begun">When the wait was begun, as a <see cref="Stopwatch"/> time stamp.</param>
    public void NoteSleep(long begun) => _isLikely = Stopwatch.GetTimestamp() - begun < 2 * Longest;
}
