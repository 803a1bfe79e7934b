using System.Buffers;
using Loky.Channel;
using Loky.Hosting;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Hosting;

public sealed class BatchQueueTests
{
    private readonly BatchQueue _queue = new();
    private readonly WorkerGroup _one = new(1, TaskKind.Delegate, [], []);
    private readonly WorkerGroup _other = new(2, TaskKind.Delegate, [], []);

    [Fact]
    public void A_runner_gets_its_own_group_until_another_one_is_next()
    {
        _queue.Add(Batch(_one));
        _queue.Add(Batch(_one));
        _queue.Add(Batch(_other));
        Assert.Same(_one, _queue.Take(null)!.Group);
        Assert.Same(_one, _queue.Take(_one)!.Group);
        Assert.Null(_queue.Take(_one));
        Assert.Same(_other, _queue.Take(null)!.Group);
    }

    [Fact]
    public async Task A_runner_that_waits_is_woken_by_the_end_of_its_group()
    {
        Task<WorkerBatch?> waiting = Task.Run(() => _queue.Take(_one));
        _queue.AddEnd(_other);
        Assert.NotSame(waiting, await Task.WhenAny(waiting, Task.Delay(50)));
        _queue.AddEnd(_one);
        Assert.Null(await waiting.WaitAsync(Until.Limit));
        Assert.Equal([_other, _one], _queue.TakeEnded(out bool completed));
        Assert.False(completed);
    }

    [Fact]
    public async Task The_end_of_everything_wakes_the_runner_and_comes_behind_what_is_left()
    {
        Task<WorkerBatch?> waiting = Task.Run(() => _queue.Take(null));
        _queue.Complete();
        Assert.Null(await waiting.WaitAsync(Until.Limit));
        _queue.Add(Batch(_one));
        _ = _queue.TakeEnded(out bool completed);
        Assert.False(completed);
        Assert.NotNull(_queue.Take(null));
        _ = _queue.TakeEnded(out completed);
        Assert.True(completed);
    }

    [Fact]
    public void A_worker_that_takes_nothing_more_gets_back_what_waits_and_still_hears_of_the_end()
    {
        Assert.True(_queue.Add(Batch(_one)));
        Assert.True(_queue.Add(Batch(_other)));
        Assert.Equal([_one, _other], _queue.Refuse().Select(static batch => batch.Group));
        Assert.False(_queue.Add(Batch(_one)));
        Assert.Empty(_queue.Refuse());
        _queue.Complete();
        Assert.Null(_queue.Take(_one));
        _ = _queue.TakeEnded(out bool completed);
        Assert.True(completed);
    }

    [Fact]
    public void The_items_of_a_batch_are_numbered_and_cut_one_from_another()
    {
        using WorkerBatch batch = Batch(_one, first: 41, 0x07, 0xCC, 0xFF, 0xA1, 0x61);
        Assert.Equal((41, "07"), TakeFrom(batch));
        Assert.Equal((42, "CCFF"), TakeFrom(batch));
        Assert.False(batch.IsExhausted);
        Assert.Equal((43, "A161"), TakeFrom(batch));
        Assert.True(batch.IsExhausted);
        Assert.False(batch.TryTake(out _, out _));
    }

    [Fact]
    public void What_was_not_taken_of_a_batch_is_given_back_once()
    {
        using WorkerBatch batch = Batch(_one, first: 41, 0x07, 0x08, 0x09);
        Assert.Equal((41, "07"), TakeFrom(batch));
        Assert.Equal(2, batch.GiveBack());
        Assert.True(batch.IsExhausted);
        Assert.False(batch.TryTake(out _, out _));
        Assert.Equal(0, batch.GiveBack());
    }

    [Fact]
    public async Task Each_item_of_a_batch_is_either_taken_or_given_back()
    {
        for (int repetition = 0; repetition < 1000; repetition++)
        {
            using WorkerBatch batch = Batch(_one, first: 1, 0x07, 0x08, 0x09);
            using var start = new Barrier(2);
            Task<int> givenBack = Task.Run(() =>
            {
                start.SignalAndWait();
                return batch.GiveBack();
            });
            start.SignalAndWait();
            int taken = 0;
            while (batch.TryTake(out _, out _))
            {
                taken++;
            }

            Assert.Equal(3, taken + await givenBack);
        }
    }

    private static (long Sequence, string Item) TakeFrom(WorkerBatch batch)
    {
        Assert.True(batch.TryTake(out ReadOnlyMemory<byte> item, out long sequence));
        return (sequence, Convert.ToHexString(item.Span));
    }

    private static WorkerBatch Batch(WorkerGroup group, long first = 1, params byte[] items)
    {
        byte[] array = ArrayPool<byte>.Shared.Rent(Math.Max(items.Length, 1));
        items.CopyTo(array, 0);
        return new WorkerBatch(group, new Frame(FrameType.Batch, array, items.Length), 0, first, 3, 1);
    }
}
