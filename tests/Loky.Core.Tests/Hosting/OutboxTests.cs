using System.Net.Sockets;
using Loky.Channel;
using Loky.Hosting;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Hosting;

public sealed class OutboxTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loky-outbox-").FullName;
    private readonly TaskJournal _journal;
    private readonly Socket _far;
    private readonly Socket _near;

    public OutboxTests()
    {
        (_far, _near) = SocketPair.Connect();
        _journal = TaskJournal.Create(Path.Combine(_folder, "j"));
    }

    [Fact]
    public void What_items_have_written_waits_for_its_time_and_is_sent_together()
    {
        using var outbox = new Outbox(new SocketTransport(_far), _journal, delay: TimeSpan.FromHours(1));
        RunItem(outbox, 1);

        // Longer than it is where nobody has asked for more.
        Thread.Sleep(5 * Outbox.Delay);
        RunItem(outbox, 2);
        Assert.Equal(0, _near.Available);
        outbox.Flush();
        Assert.NotEqual(0, _near.Available);
    }

    [Fact]
    public async Task It_is_sent_in_time_though_nothing_follows()
    {
        using var outbox = new Outbox(new SocketTransport(_far), _journal, delay: TimeSpan.FromMilliseconds(1));
        RunItem(outbox, 1);
        await Until.True(() => _near.Available > 0, "the item's output is sent");
    }

    public void Dispose()
    {
        _journal.Dispose();
        _far.Dispose();
        _near.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static void RunItem(Outbox outbox, long sequence)
    {
        outbox.BeginItem(groupId: 1, sequence);
        outbox.Write(RecordKind.Output, [0xCD, 0x12, 0x34]);
        outbox.EndItem();
    }
}
