using Loky.Channel;
using Loky.Execution;
using Loky.Scheduling;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Budget;

/// <summary>What the start of a group costs on the wire to a worker that has large values of it, or has them no longer.</summary>
public class SharedValueBudgetTests
{
    private const int StartOfGroup = 96;
    private const int Large = 1 << 20;

    private readonly List<byte> _sent = [];
    private readonly SharedValueList _worker;

    public SharedValueBudgetTests() => _worker = new SharedValueList(Send);

    [Fact]
    public void A_worker_gets_a_value_once()
    {
        Assert.InRange(StartWith(Value(1)), Large, Large + (2 * StartOfGroup));
        Assert.InRange(StartWith(Value(1)), 1, StartOfGroup);
    }

    [Fact]
    public void A_worker_gets_what_has_changed()
    {
        StartWith(Value(1));
        Assert.InRange(StartWith(Value(1), Value(2)), Large, Large + (3 * StartOfGroup));
    }

    [Fact]
    public void Each_worker_gets_it()
    {
        StartWith(Value(1));
        _sent.Clear();
        using var buffer = new PooledBuffer();
        new SharedValueList(Send).WriteStart(buffer, Group(Value(1)));
        Assert.InRange(_sent.Count + buffer.Length, Large, Large + (2 * StartOfGroup));
    }

    [Fact]
    public void What_was_used_longest_ago_is_dropped_and_sent_again()
    {
        int room = (int)(SharedValueList.Capacity / Large);
        for (int i = 0; i < room; i++)
        {
            StartWith(Value(i));
        }

        StartWith(Value(0));
        List<FrameType> frames = FramesOf(Value(room));
        Assert.Equal([FrameType.Keep, FrameType.GroupStart, FrameType.Drop], frames);
        Assert.InRange(StartWith(Value(0)), 1, StartOfGroup);
        Assert.InRange(StartWith(Value(1)), Large, Large + (3 * StartOfGroup));
    }

    [Fact]
    public void Nothing_is_dropped_before_the_group_that_needs_it_has_started()
    {
        SharedValue[] values = [.. Enumerable.Range(0, (int)(SharedValueList.Capacity / Large) + 2).Select(static content => Value(content))];
        List<FrameType> frames = FramesOf(values);
        Assert.Equal(values.Length, frames.IndexOf(FrameType.GroupStart));
        Assert.Equal([FrameType.Drop, FrameType.Drop], frames[(values.Length + 1)..]);
    }

    [Fact]
    public void A_value_larger_than_all_that_is_kept_does_not_drop_the_others()
    {
        SharedValue huge = Value(2, (int)SharedValueList.Capacity + 1);
        StartWith(Value(1));
        Assert.Equal([FrameType.Keep, FrameType.GroupStart, FrameType.Drop], FramesOf(Value(1), huge));
        Assert.Equal([FrameType.Keep, FrameType.GroupStart, FrameType.Drop], FramesOf(huge, Value(1)));
        Assert.InRange(StartWith(Value(1)), 1, StartOfGroup);
    }

    private static SharedValue Value(int content, int size = Large)
    {
        byte[] bytes = new byte[size];
        bytes[0] = (byte)content;
        return SharedValue.Of(bytes);
    }

    private static QueuedTaskGroup Group(params SharedValue[] values) =>
        new(TaskKind.Script, default, TaskGroupOptions.Default, ordered: false) { Shared = values };

    private void Send(OutgoingFrame frame)
    {
        _sent.AddRange(frame.Head.Span);
        _sent.AddRange(frame.Body.Span);
        frame.Release();
    }

    private int StartWith(params SharedValue[] values)
    {
        _sent.Clear();
        using var buffer = new PooledBuffer();
        _worker.WriteStart(buffer, Group(values));
        return _sent.Count + buffer.Length;
    }

    private List<FrameType> FramesOf(params SharedValue[] values)
    {
        _sent.Clear();
        using var buffer = new PooledBuffer();
        _worker.WriteStart(buffer, Group(values));
        var frames = new List<FrameType>();
        ReadOnlySpan<byte> left = [.. _sent, .. buffer.WrittenSpan];
        while (left.Length > 0)
        {
            frames.Add((FrameType)left[4]);
            left = left[(Frame.HeaderSize + BitConverter.ToInt32(left))..];
        }

        return frames;
    }
}
