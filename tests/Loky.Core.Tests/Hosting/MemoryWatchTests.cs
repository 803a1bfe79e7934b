using Loky.Channel;
using Loky.Hosting;
using Xunit;

namespace Loky.Tests.Hosting;

public sealed class MemoryWatchTests
{
    private const long Megabyte = 1 << 20;
    private const long Limit = 200 * Megabyte;

    private readonly SimulatedMemory _process = new() { Resident = 100 * Megabyte };

    [Fact]
    public void What_is_beyond_the_limit_is_told_once_with_both_figures()
    {
        var watch = new MemoryWatch(_process, Limit, 0);
        Assert.False(watch.IsExceeded(out _));
        _process.Allocate(101 * Megabyte, garbage: 0);
        Assert.True(watch.IsExceeded(out MemoryExcess excess));
        Assert.Equal(new MemoryExcess(201 * Megabyte, Limit, IsGrowth: false), excess);
        _process.Allocate(100 * Megabyte, garbage: 0);
        Assert.False(watch.IsExceeded(out _));
    }

    [Fact]
    public void What_is_only_garbage_is_collected_and_the_worker_stays()
    {
        var watch = new MemoryWatch(_process, Limit, 0);
        for (int i = 0; i < 10; i++)
        {
            _process.Allocate(0, garbage: 150 * Megabyte);
            _process.Milliseconds += 1000;
            Assert.False(watch.IsExceeded(out _));
            Assert.Equal(i + 1, _process.Collections);
        }
    }

    [Fact]
    public void Growth_counts_from_the_first_item_on()
    {
        var watch = new MemoryWatch(_process, 0, 50 * Megabyte);
        Assert.False(watch.IsExceeded(out _));
        _process.Allocate(50 * Megabyte, garbage: 0);
        Assert.False(watch.IsExceeded(out _));
        _process.Allocate(16 * Megabyte, garbage: 0);
        Assert.True(watch.IsExceeded(out MemoryExcess excess));
        Assert.Equal(new MemoryExcess(66 * Megabyte, 50 * Megabyte, IsGrowth: true), excess);
    }

    [Fact]
    public void What_is_in_memory_once_for_all_workers_is_none_of_this_one()
    {
        var watch = new MemoryWatch(_process, Limit, 50 * Megabyte);
        _process.Shared = 40 * Megabyte;
        _process.Allocate(40 * Megabyte, garbage: 0);
        Assert.False(watch.IsExceeded(out _));
        _process.Shared = 140 * Megabyte;
        _process.Allocate(120 * Megabyte, garbage: 0);
        Assert.False(watch.IsExceeded(out _));
        Assert.Equal(0, _process.Collections);

        // Of a value that is gone, say, as something keeps an array of it.
        _process.Shared = 40 * Megabyte;
        _process.Allocate(16 * Megabyte, garbage: 0);
        Assert.True(watch.IsExceeded(out MemoryExcess excess));
        Assert.Equal(new MemoryExcess(136 * Megabyte, 50 * Megabyte, IsGrowth: true), excess);
    }

    [Fact]
    public void Memory_that_each_item_needs_again_is_given_back_now_and_then_and_not_after_each()
    {
        _process.CollectionMilliseconds = 10;
        var watch = new MemoryWatch(_process, 0, 50 * Megabyte);
        Assert.False(watch.IsExceeded(out _));
        for (int i = 0; i < 100; i++)
        {
            _process.Allocate(0, garbage: (200 * Megabyte) - _process.Resident);
            _process.Milliseconds += 200;
            Assert.False(watch.IsExceeded(out _));
        }

        // After pauses that double, of a second at first, up to five seconds, in twenty.
        Assert.InRange(_process.Collections, 5, 7);

        int before = _process.Collections;
        _process.Allocate(80 * Megabyte, garbage: 0);
        Assert.True(watch.IsExceeded(out MemoryExcess excess));
        Assert.Equal(new MemoryExcess(80 * Megabyte, 50 * Megabyte, IsGrowth: true), excess);
        Assert.Equal(before + 1, _process.Collections);
    }

    [Fact]
    public void Memory_that_items_need_again_is_no_excuse_for_more_than_the_worker_may_have_in_all()
    {
        var watch = new MemoryWatch(_process, 2 * Limit, 50 * Megabyte);
        Assert.False(watch.IsExceeded(out _));
        _process.Allocate(0, garbage: 1000 * Megabyte);
        Assert.False(watch.IsExceeded(out _));
        _process.Allocate(400 * Megabyte, garbage: 0);
        Assert.True(watch.IsExceeded(out MemoryExcess excess));
        Assert.Equal(new MemoryExcess(400 * Megabyte, 50 * Megabyte, IsGrowth: true), excess);
    }

    [Fact]
    public void A_thousand_quick_items_are_one_look()
    {
        var watch = new MemoryWatch(_process, Limit, 0);
        for (int i = 0; i < 1000; i++)
        {
            Assert.False(watch.IsExceeded(out _));
        }

        Assert.Equal(1, _process.Looks);
        _process.Milliseconds += 100;
        _ = watch.IsExceeded(out _);
        Assert.Equal(2, _process.Looks);
        _process.Allocate(0, garbage: 16 * Megabyte);
        _ = watch.IsExceeded(out _);
        Assert.Equal(3, _process.Looks);
    }

    [Fact]
    public void Collections_take_a_tenth_of_the_time_unless_the_memory_runs_away()
    {
        _process.CollectionMilliseconds = 50;
        var watch = new MemoryWatch(_process, Limit, 0);
        _process.Allocate(0, garbage: 110 * Megabyte);
        Assert.False(watch.IsExceeded(out _));
        Assert.Equal(1, _process.Collections);

        // Beyond the limit, but by less than an eighth, until ten times fifty milliseconds are over.
        _process.Allocate(0, garbage: 110 * Megabyte);
        _process.Milliseconds += 499;
        Assert.False(watch.IsExceeded(out _));
        Assert.Equal(1, _process.Collections);
        _process.Milliseconds += 101;
        Assert.False(watch.IsExceeded(out _));
        Assert.Equal(2, _process.Collections);

        _process.Allocate(0, garbage: 130 * Megabyte);
        Assert.False(watch.IsExceeded(out _));
        Assert.Equal(3, _process.Collections);
    }

    [Fact]
    public void Without_a_limit_nothing_is_looked_at()
    {
        var watch = new MemoryWatch(_process, 0, 0);
        _process.Allocate(10_000 * Megabyte, garbage: 0);
        Assert.False(watch.IsExceeded(out _));
        Assert.False(watch.IsExceededAtStart(out _));
        Assert.Equal(0, _process.Looks);
    }

    [Theory]
    [InlineData(225, 0, false, 0)]
    [InlineData(100, 150, false, 1)]
    [InlineData(226, 0, true, 1)]
    public void At_its_start_a_worker_has_too_much_only_where_a_collection_does_not_help(int kept, int garbage, bool exceeded, int collections)
    {
        _process.Resident = 0;
        _process.Allocate(kept * Megabyte, garbage * Megabyte);
        Assert.Equal(exceeded, new MemoryWatch(_process, Limit, 0).IsExceededAtStart(out MemoryExcess excess));
        Assert.Equal(collections, _process.Collections);
        Assert.Equal(exceeded ? new MemoryExcess(kept * Megabyte, Limit, IsGrowth: false) : excess, excess);
    }

    [Fact]
    public void This_process_has_what_the_system_says_it_has()
    {
        // Other tests take memory and give it back meanwhile.
        bool aside = false;
        var process = new ProcessMemory(collect =>
        {
            collect();
            aside = true;
        });
        process.Collect();
        Assert.True(aside);
        Assert.InRange(process.Resident, Environment.WorkingSet / 2, Environment.WorkingSet * 2);
        long allocated = process.Allocated;
        GC.KeepAlive(new byte[Megabyte]);
        Assert.InRange(process.Allocated - allocated, Megabyte, 10 * Megabyte);
    }

    /// <summary>A process whose memory grows as it is told, and shrinks by its garbage when it is collected.</summary>
    private sealed class SimulatedMemory : IProcessMemory
    {
        private long _resident;
        private long _garbage;

        public long Resident
        {
            get
            {
                Looks++;
                return _resident;
            }

            set => _resident = value;
        }

        public long Shared { get; set; }

        public long Allocated { get; private set; }

        public long Milliseconds { get; set; } = 1_000_000;

        public long CollectionMilliseconds { get; set; }

        public int Looks { get; private set; }

        public int Collections { get; private set; }

        public void Allocate(long kept, long garbage)
        {
            Allocated += kept + garbage;
            _resident += kept + garbage;
            _garbage += garbage;
        }

        public void Collect()
        {
            Collections++;
            Milliseconds += CollectionMilliseconds;
            _resident -= _garbage;
            _garbage = 0;
        }
    }
}
