using System.Diagnostics;

namespace Loky.Hosting;

/// <summary>
/// Notices when tasks leak: the process has grown by more than a limit since its first task, and a garbage collection
/// does not help. Looked at between batches, at most once a second. loky does the same to its workers.
/// </summary>
internal sealed class GrowthWatch(int limitMegabytes)
{
    private const int Megabyte = 1 << 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long _first;
    private long _lastLook;
    private bool _told;

    /// <summary>Tells, once, that the process has grown too much, and by how many megabytes.</summary>
    public bool HasGrown(out int megabytes)
    {
        megabytes = 0;
        if (limitMegabytes == 0 || _told || (_first != 0 && Stopwatch.GetElapsedTime(_lastLook) < Interval))
        {
            return false;
        }

        long now = Environment.WorkingSet;
        _lastLook = Stopwatch.GetTimestamp();
        if (_first == 0)
        {
            _first = now;
            return false;
        }

        if ((now - _first) / Megabyte < limitMegabytes)
        {
            return false;
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        megabytes = (int)((Environment.WorkingSet - _first) / Megabyte);
        _lastLook = Stopwatch.GetTimestamp();
        _told = megabytes >= limitMegabytes;
        return _told;
    }
}
