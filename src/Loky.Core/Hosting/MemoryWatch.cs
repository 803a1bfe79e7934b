using Loky.Channel;

namespace Loky.Hosting;

/// <summary>Notices when a worker has, or grew by, more memory than it may, and no collection helps, as loky does.</summary>
/// <remarks>Asked after each item, it compares two numbers, and looks only after 100 ms or many allocations. Growth counts from
/// what the worker has after its first item; a limit of 0 is none. Captured values that are in memory once for all workers are no
/// memory of this one.</remarks>
internal sealed class MemoryWatch(IProcessMemory process, long maxMemory, long maxGrowth)
{
    private const long LookMilliseconds = 100;
    private const long LookBytes = 16 << 20;

    // A worker that makes much garbage collects for at most a tenth of its time, unless it exceeds the limit by an eighth.
    private const long RestPerCollection = 10;
    private const long Slack = 8;

    // What growth gives back may be what each item needs again, and new memory costs more than most else: so it is left for a
    // while, longer each time, unless there is more of it than the last time.
    private const long FirstPause = 1000;
    private const long LongestPause = 5000;

    private readonly bool _isUnlimited = maxMemory == 0 && maxGrowth == 0;
    private long _first;
    private long _lookedAt = -LookMilliseconds;
    private long _allocated;
    private long _restsUntil;
    private long _pause;
    private long _neededAgain;
    private bool _told;

    /// <summary>Tells whether it has so much more than it may before its first item that another would be no better.</summary>
    public bool IsExceededAtStart(out MemoryExcess excess)
    {
        excess = default;
        long most = maxMemory + (maxMemory / Slack);
        return maxMemory > 0 && process.Resident is var memory && memory > most && IsExceededByMore(maxMemory, memory, out excess) && excess.Used > most;
    }

    /// <summary>Tells, once, that the worker has more than it may; between two items, on the thread that runs them.</summary>
    public bool IsExceeded(out MemoryExcess excess)
    {
        excess = default;
        if (_isUnlimited || _told || !IsTimeToLook())
        {
            return false;
        }

        long memory = process.Resident;
        _first = _first == 0 ? memory - process.Shared : _first;
        long limit = Math.Min(maxMemory > 0 ? maxMemory : long.MaxValue, maxGrowth > 0 ? _first + maxGrowth : long.MaxValue);
        if (memory <= limit)
        {
            return false;
        }

        memory -= process.Shared;
        if (memory <= limit || (process.Milliseconds < _restsUntil && memory <= MostWhileAtRest(limit)))
        {
            return false;
        }

        _told = IsExceededByMore(limit, memory, out excess);
        return _told;
    }

    private bool IsTimeToLook()
    {
        long now = process.Milliseconds;
        long allocated = process.Allocated;
        if (now - _lookedAt < LookMilliseconds && allocated - _allocated < LookBytes)
        {
            return false;
        }

        (_lookedAt, _allocated) = (now, allocated);
        return true;
    }

    /// <summary>Gets how much it may have before the rest after the last collection is over.</summary>
    private long MostWhileAtRest(long limit)
    {
        long most = limit + (limit / Slack) + (limit == maxMemory ? 0 : _neededAgain);
        return maxMemory > 0 ? Math.Min(most, maxMemory + (maxMemory / Slack)) : most;
    }

    private bool IsExceededByMore(long limit, long before, out MemoryExcess excess)
    {
        long begun = process.Milliseconds;
        process.Collect();
        long ended = process.Milliseconds;
        long memory = process.Resident - process.Shared;
        long rest = (ended - begun) * RestPerCollection;
        bool isGrowth = limit != maxMemory;
        if (isGrowth)
        {
            _pause = begun - _restsUntil > LongestPause ? FirstPause : Math.Min(_pause * 2, LongestPause);
            (_neededAgain, rest) = (Math.Max(0, before - memory), Math.Max(rest, _pause));
        }

        _restsUntil = ended + rest;
        excess = isGrowth ? new MemoryExcess(memory - _first, maxGrowth, IsGrowth: true) : new MemoryExcess(memory, maxMemory, IsGrowth: false);
        return memory > limit;
    }
}
