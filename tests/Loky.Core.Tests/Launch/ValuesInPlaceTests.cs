using System.Runtime.CompilerServices;
using Loky.Channel;
using Loky.Execution;
using Loky.Launch;
using Loky.Tests.Support;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Launch;

/// <summary>What a worker is told of shared values in memory that it can open.</summary>
[Collection(RunsAlone.Name)]
public sealed class ValuesInPlaceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loky-test-").FullName;
    private readonly TaskJournal _journal;
    private readonly ValuesInPlace _values;

    public ValuesInPlaceTests()
    {
        _journal = TaskJournal.Create(Path.Combine(_folder, "journal"));
        _values = new ValuesInPlace(_journal);
    }

    public void Dispose()
    {
        _journal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [LinuxFact]
    public void A_large_value_is_told_by_where_it_is()
    {
        SharedValue value = Value(1);
        int released = 0;
        OutgoingFrame frame = _values.Replace(value.ToFrame(() => released++));
        Assert.Equal(FrameType.KeepInPlace, (FrameType)frame.Head.Span[4]);
        Assert.InRange(frame.Head.Length + frame.Body.Length, 1, 256);
        (string key, ReadOnlyMemory<byte> bytes) = Open(frame);
        Assert.Equal(value.Key, key);
        Assert.True(bytes.Span.SequenceEqual(value.Bytes.Span));
        Assert.Equal(0, released);
        frame.Release();
        Assert.Equal(1, released);
    }

    [Fact]
    public void A_small_value_and_any_other_frame_go_as_they_are()
    {
        OutgoingFrame small = SharedValue.Of(new byte[SharedValue.MinSize]).ToFrame();
        OutgoingFrame large = new SharedValue("key", new byte[SharedMemory.MinSize]).ToFrame();
        var other = new OutgoingFrame(new PooledBuffer(64), Value(1).Bytes);
        Assert.Same(small, _values.Replace(small));
        Assert.Same(large, _values.Replace(large));
        Assert.Same(other, _values.Replace(other));
    }

    [LinuxFact]
    public async Task A_value_is_there_until_the_worker_has_opened_it_though_nobody_else_has_it_any_more()
    {
        OutgoingFrame first = Tell(2);
        OutgoingFrame second = Tell(3);
        Collect();
        _values.Release();
        Collect();
        Assert.Equal(2, Open(first).Bytes.Span[0]);
        _journal.Opened = 1;
        _values.Release();
        await Until.True(() => IsGone(first), "the first is gone");
        Assert.Equal(3, Open(second).Bytes.Span[0]);
        _journal.Opened = 2;
        _values.Release();
        await Until.True(() => IsGone(second), "the second is gone");
    }

    [LinuxFact]
    public void A_value_that_is_in_memory_is_not_put_there_again_as_long_as_anybody_has_it()
    {
        SharedValue one = Value(4);
        Assert.Same(one.Memory, Value(4).Memory);
        Assert.NotSame(one.Memory, Value(5).Memory);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private OutgoingFrame Tell(int content)
    {
        OutgoingFrame frame = _values.Replace(Value(content).ToFrame());
        byte[] head = frame.Head.ToArray();
        frame.Release();
        var copy = new PooledBuffer(head.Length);
        head.CopyTo(copy.GetSpan(head.Length));
        copy.Advance(head.Length);
        return new OutgoingFrame(copy);
    }

    private static bool IsGone(OutgoingFrame frame)
    {
        Collect();
        try
        {
            _ = Open(frame);
            return false;
        }
        catch (ProtocolException)
        {
            return true;
        }
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    private static (string Key, ReadOnlyMemory<byte> Bytes) Open(OutgoingFrame frame)
    {
        var reader = new WireReader(frame.Head[Frame.HeaderSize..]);
        return ValuesInPlace.Open(ref reader);
    }

    private static SharedValue Value(int content)
    {
        byte[] bytes = new byte[SharedMemory.MinSize];
        bytes[0] = (byte)content;
        return SharedValue.Of(bytes);
    }
}
