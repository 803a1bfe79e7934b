using System.Net.Sockets;
using Loky.Channel;
using Loky.Hosting;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Hosting;

/// <summary>How far a worker may write ahead of its parent.</summary>
public sealed class OutputWindowTests : IDisposable
{
    private const int RecordSize = 1 << 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("loky-test-").FullName;
    private readonly Socket _far;
    private readonly Socket _near;
    private readonly TaskJournal _journal;
    private readonly Outbox _outbox;
    private readonly Task _reading;
    private long _received;

    public OutputWindowTests()
    {
        (_far, _near) = SocketPair.Connect();
        _journal = TaskJournal.Create(Path.Combine(_folder, "j"));
        _outbox = new Outbox(new SocketTransport(_far), _journal, Outbox.Delay);
        _reading = Task.Run(() =>
        {
            byte[] buffer = new byte[1 << 16];
            for (int count = _near.Receive(buffer); count > 0; count = _near.Receive(buffer))
            {
                _ = Interlocked.Add(ref _received, count);
            }
        });
    }

    public void Dispose()
    {
        _far.Dispose();
        _reading.Wait(Until.Limit);
        _outbox.Dispose();
        _journal.Dispose();
        _near.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_item_waits_once_it_has_written_more_than_was_acknowledged_and_goes_on_after()
    {
        _outbox.BeginItem(1, 1);
        int written = 0;
        Task writing = Task.Run(() =>
        {
            for (int i = 0; i < 12; i++)
            {
                _outbox.Write(RecordKind.Output, new byte[RecordSize]);
                _ = Interlocked.Increment(ref written);
            }
        });
        await Until.True(() => _journal.HeldSince != 0, "it is held back");
        Assert.Equal(OutputWindow.Size / RecordSize, Volatile.Read(ref written));

        // Everything it has written is with the parent, and an acknowledgement of a part lets it go on for that part.
        await Until.True(() => Interlocked.Read(ref _received) >= OutputWindow.Size, "what was written has arrived");
        _outbox.Acknowledge(2 * RecordSize);
        await Until.True(() => Volatile.Read(ref written) >= 6, "it goes on");
        await Until.True(() => _journal.HeldSince != 0, "it is held back again");
        Assert.InRange(Volatile.Read(ref written), 6, 7);
        _outbox.Acknowledge(long.MaxValue / 2);
        await writing.WaitAsync(Until.Limit);
        Assert.Equal(0, _journal.HeldSince);
    }

    [Fact]
    public async Task For_a_parent_that_acknowledges_nothing_no_item_waits()
    {
        using var outbox = new Outbox(new SocketTransport(_far), _journal, Outbox.Delay, isAcknowledged: false);
        outbox.BeginItem(1, 1);
        await Task.Run(() =>
        {
            for (int i = 0; i < 6; i++)
            {
                outbox.Write(RecordKind.Output, new byte[RecordSize]);
            }
        }).WaitAsync(Until.Limit);
        Assert.Equal(0, _journal.HeldSince);
    }

    [Fact]
    public async Task The_time_of_a_wait_is_not_that_of_the_item()
    {
        _outbox.BeginItem(1, 1);
        long begun = _journal.StartedAt;
        Task writing = Task.Run(() =>
        {
            for (int i = 0; i < 6; i++)
            {
                _outbox.Write(RecordKind.Output, new byte[RecordSize]);
            }
        });
        await Until.True(() => _journal.HeldSince != 0, "it is held back");
        await Task.Delay(300);
        _outbox.Acknowledge(long.MaxValue / 2);
        await writing.WaitAsync(Until.Limit);
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(begun, _journal.StartedAt), TimeSpan.FromMilliseconds(250), Until.Limit);
    }

    [Fact]
    public void What_is_done_aside_is_no_time_of_the_item()
    {
        _outbox.BeginItem(1, 1);
        long begun = _journal.StartedAt;
        bool held = false;
        long aside = 0;
        _outbox.Exclude(() =>
        {
            held = _journal.HeldSince != 0;
            long since = System.Diagnostics.Stopwatch.GetTimestamp();
            SpinWait.SpinUntil(() => System.Diagnostics.Stopwatch.GetElapsedTime(since) > TimeSpan.FromMilliseconds(20));
            aside = System.Diagnostics.Stopwatch.GetTimestamp() - since;
        });
        Assert.True(held);
        Assert.Equal(0, _journal.HeldSince);
        Assert.InRange(_journal.StartedAt - begun, aside, long.MaxValue);
    }

    [Fact]
    public async Task Neither_the_end_of_an_item_nor_what_it_has_written_waits()
    {
        await Task.Run(() =>
        {
            _outbox.BeginItem(1, 1);
            for (int i = 0; i < OutputWindow.Size / RecordSize; i++)
            {
                _outbox.Write(RecordKind.Output, new byte[RecordSize]);
            }

            _outbox.EndItem();
            _outbox.BeginItem(1, 2);
            _outbox.EndItem();
            _outbox.Flush();
        }).WaitAsync(Until.Limit);
        Assert.Equal(0, _journal.HeldSince);
    }
}
