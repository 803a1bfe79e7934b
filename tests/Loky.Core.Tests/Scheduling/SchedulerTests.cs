using System.Diagnostics;
using Loky.Channel;
using Loky.Connections;
using Loky.Scheduling;
using Loky.Tests.Execution;
using Xunit;

namespace Loky.Tests.Scheduling;

/// <summary>The scheduler by itself: events in, decisions out. The simulation plays it with everything around it.</summary>
public sealed class SchedulerTests
{
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(10);

    private readonly Scheduler _scheduler = new(new SchedulerOptions
    {
        MaxWorkers = 2,
        Room = int.MaxValue,
        StartAll = false,
        IdleTimeout = IdleTimeout,
        InitializerTimeout = TimeSpan.FromMinutes(5),
    });

    private long _now = Stopwatch.Frequency;

    [Fact]
    public void An_item_has_a_worker_started_and_is_sent_when_that_is_ready()
    {
        TestGroup group = AddGroup(items: 1);
        Turn added = Do(turn => _scheduler.OnItemsAdded(group, turn));
        Command start = Assert.Single(added.Commands);
        Assert.Equal(CommandKind.Start, start.Kind);
        Assert.Null(added.Messages);

        Turn ready = Do(turn => _scheduler.OnReady(start.Worker!, turn));
        (Loky.Scheduling.Worker worker, WorkerMessage message) = Assert.Single(ready.Messages!);
        Assert.Same(start.Worker, worker);
        Assert.Equal((FrameType.Batch, 1L, 1), (message.Type, message.Number, message.Items.Count));
    }

    [Fact]
    public void Items_that_are_expected_have_one_worker_started_where_there_is_none()
    {
        Command start = Assert.Single(Do(_scheduler.ExpectItems).Commands);
        Assert.Equal(CommandKind.Start, start.Kind);
        Assert.Empty(Do(_scheduler.ExpectItems).Commands);

        // And that one counts among those that the items need.
        TestGroup group = AddGroup(items: 2, new TaskGroupOptions { BatchSize = 1 });
        Command second = Assert.Single(Do(turn => _scheduler.OnItemsAdded(group, turn)).Commands);
        Assert.NotSame(start.Worker, second.Worker);
    }

    [Fact]
    public void An_expected_item_that_does_not_come_breaks_nothing_where_the_worker_does_not_start()
    {
        _ = AddGroup(items: 0);
        Loky.Scheduling.Worker worker = Assert.Single(Do(_scheduler.ExpectItems).Commands).Worker!;
        worker.OnFailed(new InvalidOperationException("not prepared"));
        _ = Do(turn => _scheduler.OnGone(worker, new ConnectionEnd(new WorkerExit(1, 1, string.Empty), 0, [], null), [], turn));
        Assert.Equal(PoolState.Running, _scheduler.State);
        Assert.Single(Do(_scheduler.ExpectItems).Commands);
    }

    [Fact]
    public void Items_that_are_expected_start_nothing_after_a_failure_on_hosts_or_in_a_pool_that_ends()
    {
        TestGroup group = AddGroup(items: 1);
        Loky.Scheduling.Worker worker = Assert.Single(Do(turn => _scheduler.OnItemsAdded(group, turn)).Commands).Worker!;
        _ = Do(turn => _scheduler.OnGone(worker, new ConnectionEnd(new WorkerExit(1, 1, string.Empty), 0, [], null), [], turn));
        Assert.Empty(Do(_scheduler.ExpectItems).Commands);

        var onHosts = new Scheduler(new SchedulerOptions { MaxWorkers = 2, Room = int.MaxValue, StartAll = false, IdleTimeout = IdleTimeout, InitializerTimeout = IdleTimeout, HasHosts = true });
        Assert.Empty(Do(onHosts.ExpectItems).Commands);

        var ending = new Scheduler(new SchedulerOptions { MaxWorkers = 2, Room = int.MaxValue, StartAll = false, IdleTimeout = IdleTimeout, InitializerTimeout = IdleTimeout });
        _ = Do(turn => ending.Shutdown(kill: false, turn));
        Assert.Empty(Do(ending.ExpectItems).Commands);
    }

    [Fact]
    public void A_death_has_one_victim_what_has_ended_stays_and_the_rest_waits_for_another_worker()
    {
        TestGroup group = AddGroup(items: 5, new TaskGroupOptions { BatchSize = 5 });
        Loky.Scheduling.Worker worker = ReadyFor(group);
        _ = End(worker, group, items: 2);

        Victims lost = Assert.Single(Victims.Take(worker, started: 3, new WorkerExit(1, 139, string.Empty)));
        Assert.Equal((2L, 1, false), (lost.Items.FirstIndex, lost.Items.Count, lost.IsRetried));
        Assert.Equal((3L, 2), (group.Items.First!.Value.FirstIndex, group.Items.First.Value.Count));

        Turn gone = Do(turn => _scheduler.OnGone(worker, new ConnectionEnd(new WorkerExit(1, 139, string.Empty), 3, [], null), [], turn));
        Assert.Contains(gone.Commands, static command => command.Kind == CommandKind.Start);
        Assert.DoesNotContain(worker, _scheduler.Workers);
    }

    [Fact]
    public void A_frame_that_is_out_of_place_belongs_to_no_batch()
    {
        TestGroup group = AddGroup(items: 1);
        Loky.Scheduling.Worker worker = ReadyFor(group);
        RecordsHeader sound = FirstFrame(group, items: 1);
        Assert.Null(worker.Admit(sound with { FrameNumber = 2 }));
        Assert.Null(worker.Admit(sound with { FirstSequence = 2 }));
        Assert.Null(worker.Admit(sound with { EndedCount = 2 }));
        Assert.Null(worker.Admit(sound with { GroupId = group.Id + 1 }));
        Assert.NotNull(worker.Admit(sound));
    }

    [Fact]
    public void A_worker_with_nothing_to_do_is_told_to_end_when_its_time_is_over_and_not_before()
    {
        TestGroup group = AddGroup(items: 1);
        Loky.Scheduling.Worker worker = ReadyFor(group);
        _ = End(worker, group, items: 1);

        long next = _scheduler.NextTick(_now);
        Assert.InRange(Stopwatch.GetElapsedTime(_now, next), IdleTimeout, IdleTimeout + TimeSpan.FromMilliseconds(1));
        _now = next - (Stopwatch.Frequency / 10);
        Assert.Null(Do(_scheduler.OnTick).Messages);
        _now = next;
        Assert.Equal(FrameType.Shutdown, Assert.Single(Do(_scheduler.OnTick).Messages!).Message.Type);
        Assert.Equal(WorkerState.Retiring, worker.State);
    }

    [Theory]
    [InlineData(Capabilities.Cancel, true)]
    [InlineData(Capabilities.Recall, false)]
    internal void A_worker_that_cannot_stop_an_item_is_not_asked_to_but_ended_at_once(Capabilities capabilities, bool isAsked)
    {
        TestGroup group = AddGroup(items: 1);
        Loky.Scheduling.Worker worker = ReadyFor(group, capabilities);
        Turn cancelled = Do(turn => _scheduler.Cancel(group, turn));
        Assert.Equal(isAsked, cancelled.Messages?.Any(static told => told.Message.Type == FrameType.GroupCancel) ?? false);

        Turn next = Do(_scheduler.OnTick);
        Assert.Equal(isAsked, worker.State == WorkerState.Ready);
        if (!isAsked)
        {
            Assert.Contains(next.Commands, command => command.Kind == CommandKind.Kill && command.Worker == worker);
            Assert.Equal(Messages.WorkerCannotStop, worker.BreakReason!.Message);
        }
    }

    [Theory]
    [InlineData(Capabilities.Recall, true)]
    [InlineData(Capabilities.Cancel, false)]
    internal void Only_a_worker_that_can_is_asked_to_give_items_back(Capabilities capabilities, bool isAsked)
    {
        // Three items that are thought to be quick, of which the first is not, and room for another worker.
        TestGroup group = AddGroup(items: 3, new TaskGroupOptions { Cost = ItemCost.Of(1) });
        Loky.Scheduling.Worker worker = ReadyFor(group, capabilities);
        worker.Attach(new object(), new StuckLedger(_now));
        _now += Stopwatch.Frequency;
        Turn turn = Do(_scheduler.LookAgain);
        Assert.Equal(isAsked, turn.Messages?.Any(static told => told.Message.Type == FrameType.Recall) ?? false);
    }

    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, -1)]
    public void How_long_items_take_is_learned_but_not_from_those_of_a_call_that_was_cancelled(bool cancelled, double learned)
    {
        var cost = new ItemCost();
        TestGroup group = AddGroup(items: 1, new TaskGroupOptions { Cost = cost });
        Loky.Scheduling.Worker worker = ReadyFor(group);
        if (cancelled)
        {
            _ = Do(turn => _scheduler.Cancel(group, turn));
        }

        _ = End(worker, group, items: 1);
        Assert.Equal(learned, cost.Typical);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_worker_with_too_much_memory_is_replaced_told_once_a_call_and_what_it_gives_back_goes_to_another(bool isGrowth)
    {
        TestGroup group = AddGroup(items: 3, new TaskGroupOptions { BatchSize = 3 });
        Loky.Scheduling.Worker worker = ReadyFor(group);
        Turn exceeded = Do(turn => _scheduler.OnMemoryLimitExceeded(worker, new MemoryExcess(300 << 20, 200 << 20, isGrowth), turn));
        Assert.Equal(FrameType.Shutdown, Assert.Single(exceeded.Messages!).Message.Type);
        Assert.Equal(WorkerState.Retiring, worker.State);
        string warning = (string)Assert.Single(exceeded.Commands, static command => command.Kind == CommandKind.Warn).Argument!;
        Assert.Matches("300 MB.*200 MB.* 1\\.", warning);

        _ = Do(turn => _scheduler.OnReturned(worker, 1, 2, turn));
        _ = End(worker, group, items: 1);
        Assert.Empty(worker.Batches);
        Assert.Equal(2, group.PendingCount);

        Loky.Scheduling.Worker other = _scheduler.Workers.First(static other => other.State == WorkerState.Starting);
        Turn ready = Do(turn => _scheduler.OnReady(other, turn));
        WorkerMessage message = Assert.Single(ready.Messages!).Message;
        Assert.Equal((1L, 2), (message.Items.FirstIndex, message.Items.Count));
        Turn again = Do(turn => _scheduler.OnMemoryLimitExceeded(other, new MemoryExcess(300 << 20, 200 << 20, isGrowth), turn));
        Assert.DoesNotContain(again.Commands, static command => command.Kind == CommandKind.Warn);
        Assert.Equal(WorkerState.Retiring, other.State);
    }

    [Fact]
    public void A_worker_that_ends_anyway_is_not_replaced_twice_but_its_memory_is_told()
    {
        TestGroup group = AddGroup(items: 1);
        Loky.Scheduling.Worker worker = ReadyFor(group);
        _ = Do(turn => _scheduler.OnDraining([worker], int.MaxValue, turn));
        Turn exceeded = Do(turn => _scheduler.OnMemoryLimitExceeded(worker, new MemoryExcess(300 << 20, 200 << 20, IsGrowth: false), turn));
        Assert.Equal([CommandKind.Warn], exceeded.Commands.Select(static command => command.Kind));
        Assert.Null(exceeded.Messages);
    }

    [Fact]
    public void A_group_is_completed_when_its_last_item_has_ended_and_no_more_will_come()
    {
        TestGroup group = AddGroup(items: 1);
        Loky.Scheduling.Worker worker = ReadyFor(group);
        Assert.DoesNotContain(End(worker, group, items: 1).Commands, static command => command.Kind == CommandKind.Complete);

        group.CompleteAdding();
        Turn completed = Do(turn => _scheduler.OnItemsAdded(group, turn));
        Assert.Contains(completed.Commands, command => command.Kind == CommandKind.Complete && command.Group == group && command.Argument is null);
        Assert.Contains(completed.Messages!, told => told.Worker == worker && told.Message.Type == FrameType.GroupEnd);
    }

    private TestGroup AddGroup(int items, TaskGroupOptions? options = null)
    {
        var group = new TestGroup(options);
        for (int i = 0; i < items; i++)
        {
            _ = group.AddNumber();
        }

        _scheduler.AddGroup(group);
        return group;
    }

    private static RecordsHeader FirstFrame(TestGroup group, int items) =>
        new(group.Id, FrameNumber: 1, FirstSequence: 1, EndedCount: items, RunMicroseconds: 10, TypicalNanoseconds: 5000);

    private Loky.Scheduling.Worker ReadyFor(TestGroup group, Capabilities capabilities = Capabilities.Cancel | Capabilities.Recall)
    {
        Loky.Scheduling.Worker worker = Do(turn => _scheduler.OnItemsAdded(group, turn)).Commands[0].Worker!;
        _ = Do(turn => _scheduler.OnConnected(worker, capabilities, turn));
        _ = Do(turn => _scheduler.OnReady(worker, turn));
        return worker;
    }

    private Turn End(Loky.Scheduling.Worker worker, TestGroup group, int items)
    {
        RecordsHeader header = FirstFrame(group, items);
        Batch batch = worker.Admit(header)!;
        return Do(turn => _scheduler.OnRecords(worker, batch, header, size: 10, turn));
    }

    /// <summary>A worker that has started its first item, and does not end it.</summary>
    private sealed class StuckLedger(long since) : ILedger
    {
        public LedgerEntry Look() => new(1, since, 0);
    }

    private Turn Do(Action<Turn> what)
    {
        var turn = new Turn(_now, DateTime.UnixEpoch);
        what(turn);
        return turn;
    }
}
