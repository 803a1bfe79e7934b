using Loky.Runs;
using Xunit;

namespace Loky.Tests.Runs;

public sealed class OpenItemsTests
{
    [Fact]
    public void An_item_is_there_until_it_ends_in_whatever_order()
    {
        var items = new OpenItems();
        const int Count = 5000;
        for (int index = 0; index < Count; index++)
        {
            items.Add(index, new OpenItem(index + 10, new ItemHash((ulong)index), index, DateTime.UnixEpoch));
        }

        for (int first = 4900; first >= 0; first -= 100)
        {
            OpenItems.Walk walk = items.From(first);
            for (int i = 0; i < 100; i++)
            {
                Assert.Equal((first + i + 10, first + i), (walk.Current.Number, walk.Current.Bytes));
                walk.End();
            }

            walk.Leave();
            Assert.Null(items.NumberOf(first));
            Assert.Equal(first == 0 ? null : first + 9, items.NumberOf(first - 1 + (first == 0 ? 1 : 0)));
        }

        Assert.Null(items.NumberOf(Count));
    }

    [Fact]
    public void What_has_ended_or_never_was_counts_as_none()
    {
        var items = new OpenItems();
        items.Add(0, new OpenItem(1, default, 1, default));
        for (int i = 0; i < 2; i++)
        {
            OpenItems.Walk walk = items.From(0);
            Assert.Equal(i == 0 ? 1 : 0, walk.Current.Number);
            walk.End();
            Assert.Equal(0, walk.Current.Number);
            walk.Leave();
        }

        OpenItems.Walk elsewhere = items.From(1_000_000);
        Assert.Equal(0, elsewhere.Current.Number);
        elsewhere.End();
        elsewhere.Leave();
    }

    [Fact]
    public async Task Items_are_added_while_others_end()
    {
        var items = new OpenItems();
        const int Count = 200_000;
        int added = 0;
        Task[] enders = [.. Enumerable.Range(0, 2).Select(half => Task.Run(() =>
        {
            for (int index = half * 50; index < Count; index += 100)
            {
                SpinWait.SpinUntil(() => Volatile.Read(ref added) >= index + 50);
                OpenItems.Walk walk = items.From(index);
                for (int i = 0; i < 50; i++)
                {
                    Assert.Equal(index + i + 1, walk.Current.Number);
                    walk.End();
                }

                walk.Leave();
            }
        }))];
        for (int index = 0; index < Count; index++)
        {
            items.Add(index, new OpenItem(index + 1, default, 0, default));
            Volatile.Write(ref added, index + 1);
        }

        await Task.WhenAll(enders);
        Assert.All(Enumerable.Range(0, Count), index => Assert.Null(items.NumberOf(index)));
    }
}
