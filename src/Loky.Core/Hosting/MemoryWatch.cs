using Loky.Channel;

namespace Loky.Hosting;

/// <summary>Notices when a worker has, or grew by, more memory than it may, and no collection helps, as loky does.</summary>
/// <remarks>Asked after each item, it compares two numbers, and looks only after 100 ms or many allocations. Growth counts from
/// what the worker has after its first item; a limit of 0 is none.</remarks>
internal sealed class MemoryWatch(IProcessMemory process, long maxMemory, long maxGrowth)
{
    private const long LookMilliseconds = 100;
    private const long LookBytes = 16 << 20;

    // A worker that makes much garbage collects for at most a tenth of its time, unless it exceeds the limit by an eighth.
    private const long RestPerCollection = 10;
    private const long Slack = 8;

    private readonly bool _isUnlimited = maxMemory == 0 && maxGrowth == 0;
    private long _first;
    private long _lookedAt = -LookMilliseconds;
    private long _allocated;
    private long _restsUntil;
    private bool _told;

    /// <summary>Tells whether it has so much more than it may before its first item that another would be no better.</summary>
    public bool IsExceededAtStart(out MemoryExcess excess)
    {
        excess = default;
        long most = maxMemory + (maxMemory / Slack);
        return maxMemory > 0 && process.Resident > most && IsExceededByMore(maxMemory, out excess) && excess.Used > most;
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
        _first = _first == 0 ? memory : _first;
        long limit = Math.Min(maxMemory > 0 ? maxMemory : long.MaxValue, maxGrowth > 0 ? _first + maxGrowth : long.MaxValue);
        bool rests = process.Milliseconds < _restsUntil;
        if (memory <= limit || (rests && memory - limit <= limit / Slack))
        {
            return false;
        }

        _told = IsExceededByMore(limit, out excess);
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

    private bool IsExceededByMore(long limit, out MemoryExcess excess)
    {
        long begun = process.Milliseconds;
        process.Collect();
        long ended = process.Milliseconds;
        _restsUntil = ended + ((ended - begun) * RestPerCollection);
        long memory = process.Resident;
        excess = limit == maxMemory ? new MemoryExcess(memory, maxMemory, IsGrowth: false) : new MemoryExcess(memory - _first, maxGrowth, IsGrowth: true);
        return memory > limit;
    }
}
