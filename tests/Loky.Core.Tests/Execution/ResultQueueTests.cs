using System.Diagnostics;
using Loky.Channel;
using Loky.Execution;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

public sealed class ResultQueueTests
{
    [Fact]
    public void Unordered_results_come_as_they_came()
    {
        var queue = new ResultQueue(ordered: false, static () => { });
        queue.Add(Ended(5));
        queue.Add(Ended(0));
        queue.Complete(null);
        Assert.Equal([5, 0], Drain(queue));
        Assert.True(queue.IsOver);
    }

    [Fact]
    public void Ordered_results_come_in_every_case_in_order()
    {
        // All orders in which five entries can come, some of which end several items, or none yet.
        (long First, int Count)[] entries = [(0, 2), (2, 1), (3, 0), (3, 3), (6, 1)];
        foreach (int[] order in Permutations([0, 1, 2, 3, 4]))
        {
            if (Array.IndexOf(order, 2) > Array.IndexOf(order, 3))
            {
                // Both are of item 3 and of one worker, whose frames come in order.
                continue;
            }

            var queue = new ResultQueue(ordered: true, static () => { });
            foreach (int i in order)
            {
                queue.Add(Ended(entries[i].First, entries[i].Count));
            }

            queue.Complete(null);
            Assert.Equal([0, 2, 3, 3, 6], Drain(queue));
        }
    }

    [Fact]
    public void An_early_result_waits_for_its_turn()
    {
        var queue = new ResultQueue(ordered: true, static () => { });
        queue.Add(Ended(1));
        Assert.False(queue.TryTake(out _));
        queue.Add(Ended(0));
        Assert.Equal(0, Take(queue));
        Assert.Equal(1, Take(queue));
    }

    [Fact]
    public async Task A_reader_that_waits_is_woken_by_a_result_and_by_the_end()
    {
        var queue = new ResultQueue(ordered: false, static () => { });
        Task<ResultEntry?> asynchronous = queue.TakeAsync(CancellationToken.None).AsTask();
        Assert.False(asynchronous.IsCompleted);
        queue.Add(Ended(3));
        Assert.Equal(3, (await asynchronous.WaitAsync(Until.Limit))!.FirstIndex);

        Task<ResultEntry?> synchronous = Task.Run(() => queue.Take(Timeout.InfiniteTimeSpan));
        asynchronous = queue.TakeAsync(CancellationToken.None).AsTask();
        var reason = new InvalidOperationException("broken");
        queue.Complete(reason);
        Assert.Null(await asynchronous.WaitAsync(Until.Limit));
        Assert.Null(await synchronous.WaitAsync(Until.Limit));
        Assert.Same(reason, queue.Error);
    }

    [Fact]
    public async Task Cancelling_wakes_the_reader_and_disposes_of_what_is_there_and_what_comes()
    {
        var queue = new ResultQueue(ordered: true, static () => { });
        var disposed = new CountdownEvent(3);
        queue.Add(Frame(0, 1, disposed));
        queue.Add(Frame(7, 1, disposed));
        queue.Cancel();
        Assert.Equal(1, disposed.CurrentCount);
        queue.Add(Frame(1, 1, disposed));
        Assert.True(disposed.IsSet);
        Assert.Null(await queue.TakeAsync(CancellationToken.None).AsTask().WaitAsync(Until.Limit));
        Assert.True(queue.IsOver);
    }

    [Fact]
    public void A_limit_ends_the_wait_and_nothing_else()
    {
        var queue = new ResultQueue(ordered: false, static () => { });
        Assert.Null(queue.Take(TimeSpan.FromMilliseconds(1)));
        Assert.False(queue.IsOver);
        queue.Add(Ended(0));
        Assert.NotNull(queue.Take(TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public async Task A_limit_holds_while_results_pour_in_that_have_to_wait_for_their_turn()
    {
        var queue = new ResultQueue(ordered: true, static () => { });
        bool over = false;
        Task<bool> pouring = Task.Run(async () =>
        {
            int added = 0;
            for (Stopwatch watch = Stopwatch.StartNew(); !Volatile.Read(ref over) && watch.Elapsed < Until.Limit; await Task.Delay(1))
            {
                queue.Add(Ended(++added));
            }

            return Volatile.Read(ref over);
        });
        Assert.Null(queue.Take(TimeSpan.FromMilliseconds(300)));
        Volatile.Write(ref over, true);
        Assert.True(await pouring, "the wait went on for as long as results came");
    }

    [Fact]
    public async Task Cancelling_the_wait_loses_no_result()
    {
        var queue = new ResultQueue(ordered: false, static () => { });
        using var cancel = new CancellationTokenSource();
        Task waiting = queue.TakeAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Until.Limit));
        queue.Add(Ended(9));
        Assert.Equal(9, Take(queue));
    }

    [Fact]
    public async Task Results_of_many_threads_come_once_each_and_in_order()
    {
        const int count = 20_000;
        var queue = new ResultQueue(ordered: true, static () => { });
        int next = -1;
        Task writing = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int index = Interlocked.Increment(ref next); index < count; index = Interlocked.Increment(ref next))
            {
                queue.Add(Ended(index));
            }
        }))).ContinueWith(_ => queue.Complete(null), TaskScheduler.Default);
        long expected = 0;
        while (await queue.TakeAsync(CancellationToken.None).AsTask().WaitAsync(Until.Limit) is { } entry)
        {
            Assert.Equal(expected++, entry.FirstIndex);
        }

        await writing;
        Assert.Equal(count, expected);
    }

    [Fact]
    public void The_end_delivers_what_waited_for_items_that_will_not_come()
    {
        var queue = new ResultQueue(ordered: true, static () => { });
        queue.Add(Ended(4));
        queue.Add(Ended(1));
        queue.Complete(new InvalidOperationException());
        Assert.Equal([1, 4], Drain(queue));
        Assert.True(queue.IsOver);
    }

    [Fact]
    public void News_of_items_handed_over_keep_no_order()
    {
        var queue = new ResultQueue(ordered: true, static () => { });
        queue.Announce(new ResultEntry(7, 1, null, null));
        queue.Add(Ended(0));
        Assert.Equal(7, Take(queue));
        Assert.Equal(0, Take(queue));
    }

    [Fact]
    public void Whoever_makes_results_is_told_once_when_enough_was_taken_that_more_may_come()
    {
        int relieved = 0;
        var queue = new ResultQueue(ordered: false, () => relieved++);
        for (int i = 0; i < 3; i++)
        {
            queue.Add(new ResultEntry(i, 1, new RecordsFrame(default, i, new byte[30 << 20], null), null));
        }

        Assert.True(queue.IsSaturated);
        Assert.Equal(0, Take(queue));
        Assert.False(queue.IsSaturated);
        Assert.Equal(1, relieved);
        Assert.Equal([1, 2], [Take(queue), Take(queue)]);
        Assert.Equal(1, relieved);
    }

    [Fact]
    public void Whoever_makes_results_is_told_when_the_reader_has_nothing_left_but_what_waits_for_an_earlier_item()
    {
        int relieved = 0;
        var queue = new ResultQueue(ordered: true, () => relieved++);
        for (int i = 3; i < 6; i++)
        {
            queue.Add(new ResultEntry(i, 1, new RecordsFrame(default, i, new byte[30 << 20], null), null));
        }

        queue.Add(Ended(0));
        queue.Add(Ended(1));
        Assert.False(queue.Awaits(2, 1));
        Assert.Equal(0, Take(queue));
        Assert.Equal(0, relieved);
        Assert.Equal(1, Take(queue));
        Assert.True(queue.Awaits(2, 1));
        Assert.True(queue.Awaits(0, 3));
        Assert.False(queue.Awaits(0, 2));
        Assert.Equal(1, relieved);
    }

    [Fact]
    public void What_is_cancelled_has_too_many_results_no_longer()
    {
        var queue = new ResultQueue(ordered: false, static () => { });
        queue.Add(new ResultEntry(0, 1, new RecordsFrame(default, 0, new byte[80 << 20], null), null));
        Assert.True(queue.IsSaturated);
        queue.Cancel();
        Assert.False(queue.IsSaturated);
    }

    private static ResultEntry Ended(long first, int count = 1) => new(first, count, null, new InvalidOperationException());

    private static ResultEntry Frame(long first, int count, CountdownEvent disposed) =>
        new(first, count, new RecordsFrame(default, first, new byte[RecordsHeader.Size], new Signal(disposed)), null);

    private static long Take(ResultQueue queue)
    {
        Assert.True(queue.TryTake(out ResultEntry entry));
        return entry.FirstIndex;
    }

    private static List<long> Drain(ResultQueue queue)
    {
        List<long> indexes = [];
        while (queue.Take(Until.Limit) is { } entry)
        {
            indexes.Add(entry.FirstIndex);
        }

        return indexes;
    }

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length <= 1
        ? [items]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));

    private sealed class Signal(CountdownEvent disposed) : IDisposable
    {
        public void Dispose() => disposed.Signal();
    }
}
