using System.Net.Sockets;
using Loky.Channel;
using Loky.Hosting;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Budget;

/// <summary>What a trivial result costs on its way from the worker.</summary>
public sealed class OutboxBudgetTests : IDisposable
{
    private const int Items = 4000;

    private readonly string _folder = Directory.CreateTempSubdirectory("loky-budget-").FullName;
    private readonly Socket _far;
    private readonly Socket _near;
    private readonly TaskJournal _journal;
    private readonly Outbox _outbox;
    private readonly byte[] _received = new byte[TaskJournal.Size];
    private long _sequence;

    public OutboxBudgetTests()
    {
        (_far, _near) = SocketPair.Connect();
        _journal = TaskJournal.Create(Path.Combine(_folder, "j"));
        _outbox = new Outbox(new SocketTransport(_far), _journal, Outbox.Delay);
    }

    [Fact]
    public void A_result_takes_few_bytes_on_the_wire() =>
        Budget.Check(5.01, () => RunBatch().Bytes / (double)Items);

    [Fact]
    public void A_batch_of_results_is_sent_at_once() =>
        Budget.Check(1, () => RunBatch().Frames);

    [Fact]
    public void Writing_a_result_allocates_nothing() =>
        Budget.Check(0, () => Budget.AllocatedPerItem(Items, () =>
        {
            WriteItems();
            Drain(out _, out _);
        }));

    public void Dispose()
    {
        _outbox.Dispose();
        _journal.Dispose();
        _far.Dispose();
        _near.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private (long Bytes, int Frames) RunBatch()
    {
        WriteItems();
        Drain(out long bytes, out int frames);
        return (bytes, frames);
    }

    private void WriteItems()
    {
        for (int i = 0; i < Items; i++)
        {
            _outbox.BeginItem(groupId: 1, ++_sequence);
            _outbox.Write(RecordKind.Output, [0xCD, 0x12, 0x34]);
            _outbox.EndItem();
        }

        _outbox.Flush();
    }

    private void Drain(out long bytes, out int frames)
    {
        bytes = 0;
        frames = 0;
        Span<byte> header = stackalloc byte[Frame.HeaderSize];
        while (_near.Available > 0)
        {
            Receive(header);
            int length = System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(header);
            Receive(_received.AsSpan(0, length));
            bytes += Frame.HeaderSize + length;
            frames++;
        }
    }

    private void Receive(Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            target = target[_near.Receive(target)..];
        }
    }
}
