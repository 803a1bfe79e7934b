using Loky.Channel;
using Loky.Execution;
using Loky.Scheduling;
using Loky.Wire;
using Loky.Serialization;
using Xunit;

namespace Loky.Tests.Budget;

/// <summary>What a trivial item costs on its way through the parent.</summary>
public class ItemBudgetTests
{
    private const int Items = 10_000;

    private readonly ValueSerializer _serializer = new(TypePolicy.DeclaredOnly);

    [Fact]
    public void Adding_an_item_allocates_no_more_than_its_place_in_a_list() =>
        Budget.Check(8.38, () => Budget.AllocatedPerItem(Items, () => AddItems(out _)));

    [Fact]
    public void An_item_takes_no_more_bytes_on_the_wire_than_its_value() =>
        Budget.Check(2.96, () =>
        {
            AddItems(out long bytes);
            return (double)bytes / Items;
        });

    [Fact]
    public void Writing_a_number_allocates_no_more_than_its_box_and_a_session() =>
        Budget.Check(136, () => Budget.AllocatedPerItem(Items, () =>
        {
            using var buffer = new PooledBuffer();
            for (int i = 0; i < Items; i++)
            {
                buffer.Clear();
                _serializer.Write(buffer, i, typeof(int));
            }
        }));

    [Fact]
    public void Reading_a_number_allocates_no_more_than_its_box_and_a_session()
    {
        using var buffer = new PooledBuffer();
        _serializer.Write(buffer, 100_000, typeof(int));
        byte[] bytes = buffer.WrittenSpan.ToArray();
        Budget.Check(80, () => Budget.AllocatedPerItem(Items, () =>
        {
            for (int i = 0; i < Items; i++)
            {
                var reader = new WireReader(bytes);
                _ = _serializer.Read(ref reader, typeof(int));
            }
        }));
    }

    [Fact]
    public void Walking_the_records_of_a_frame_allocates_nothing()
    {
        byte[] records = [.. Enumerable.Repeat(new byte[] { (byte)RecordKind.Output, 1, 42, (byte)RecordKind.End }, Items).SelectMany(static record => record)];
        Budget.Check(0, () => Budget.AllocatedPerItem(Items, () => _ = RecordReader.CountEnded(records)));
    }

    private static void AddItems(out long bytes)
    {
        var group = new QueuedTaskGroup(TaskKind.Delegate, default, TaskGroupOptions.Default, ordered: false);
        var buffer = new PooledBuffer();
        for (int i = 0; i < Items; i++)
        {
            buffer.Clear();
            new WireWriter(buffer).Write((long)i);
            group.Add(ref buffer);
        }

        buffer.Dispose();
        group.CompleteAdding();
        bytes = 0;
        while (group.Items.TryTake(int.MaxValue, out ItemRange items))
        {
            bytes += group.BytesOf(items).Length;
            group.Items.Release(items);
        }
    }
}
