using System.Diagnostics;

namespace Loky.Channel;

/// <summary>
/// Looks out for something for a moment before its thread sleeps, where the last wait took hardly longer than it takes to wake
/// a thread: calls back and forth do not pay for that, nor anybody else for the looking. Not thread-safe.
/// </summary>
/// <remarks>
/// Others go first each time, a vain look ends it until a sleep was short again, and one thread of a process looks at a time,
/// as more would take the processors that what they wait for needs. With one processor, nothing could come meanwhile.
/// </remarks>
internal sealed class ShortWait(int processors)
{
    private static readonly long Longest = Stopwatch.Frequency / 10_000;

    private static int _lookingOut;

    private bool _isLikely;

    public ShortWait()
        : this(Environment.ProcessorCount)
    {
    }

    /// <summary>Waits until something is there, if that is likely to be soon; <paramref name="isThere"/> must be cheap.</summary>
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

    /// <summary>Takes account of a sleep since <paramref name="begun"/>, a <see cref="Stopwatch"/> time stamp.</summary>
    public void NoteSleep(long begun) => _isLikely = Stopwatch.GetTimestamp() - begun < 2 * Longest;
}
