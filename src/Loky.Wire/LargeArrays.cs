using System.Buffers;
using System.Diagnostics;

namespace Loky.Wire;

/// <summary>Lends arrays to be used again: small ones from the shared pool, large ones from our own store. Thread-safe.</summary>
internal static class ByteArrays
{
    private const int LargestShared = 1 << 20;

    /// <summary>Lends an array of at least so many bytes, whose content is anything.</summary>
    public static byte[] Rent(int length) => length <= LargestShared ? ArrayPool<byte>.Shared.Rent(length) : LargeArrays.Shared.Rent(length);

    public static void Return(byte[] array)
    {
        if (array.Length <= LargestShared)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
        else
        {
            LargeArrays.Shared.Return(array);
        }
    }
}

/// <summary>Keeps large arrays for seconds: new memory costs more than all else done with a large value. Thread-safe.</summary>
/// <remarks>
/// The shared pool keeps arrays for the thread that returns them; here one receives and another returns, so none would find any.
/// </remarks>
internal sealed class LargeArrays
{
    private const long MaxBytes = 256L << 20;
    private const int Granularity = 1 << 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly List<(byte[] Array, long Since)> _kept = [];
    private readonly Timer _timer;
    private bool _timerArmed;

    public LargeArrays() => _timer = new Timer(static state => ((LargeArrays)state!).DropOld(), this, Timeout.Infinite, Timeout.Infinite);

    public static LargeArrays Shared { get; } = new();

    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _kept.Sum(static kept => (long)kept.Array.Length);
            }
        }
    }

    /// <summary>Lends the smallest array that is kept and large enough, or a new one.</summary>
    public byte[] Rent(int length)
    {
        lock (_gate)
        {
            int best = -1;
            for (int i = 0; i < _kept.Count; i++)
            {
                int size = _kept[i].Array.Length;
                if (size >= length && (best < 0 || size < _kept[best].Array.Length))
                {
                    best = i;
                }
            }

            if (best >= 0)
            {
                byte[] array = _kept[best].Array;
                _kept.RemoveAt(best);
                return array;
            }
        }

        long rounded = (length + (long)Granularity - 1) / Granularity * Granularity;
        return LargePages.Allocate<byte>((int)Math.Min(rounded, Array.MaxLength));
    }

    /// <summary>Keeps an array for a while, unless there is enough already.</summary>
    public void Return(byte[] array)
    {
        if (array.Length > MaxBytes)
        {
            return;
        }

        lock (_gate)
        {
            _kept.Add((array, Stopwatch.GetTimestamp()));
            long bytes = _kept.Sum(static kept => (long)kept.Array.Length);
            while (bytes > MaxBytes)
            {
                bytes -= _kept[0].Array.Length;
                _kept.RemoveAt(0);
            }

            ArmTimer();
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _kept.Clear();
        }
    }

    private void DropOld()
    {
        lock (_gate)
        {
            _timerArmed = false;
            long now = Stopwatch.GetTimestamp();
            _ = _kept.RemoveAll(kept => Stopwatch.GetElapsedTime(kept.Since, now) >= Patience);
            ArmTimer();
        }
    }

    private void ArmTimer()
    {
        if (!_timerArmed && _kept.Count > 0)
        {
            _timerArmed = true;
            _ = _timer.Change(Patience, Timeout.InfiniteTimeSpan);
        }
    }
}
