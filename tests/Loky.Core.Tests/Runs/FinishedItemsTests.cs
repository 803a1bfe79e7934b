using Loky.Runs;
using Xunit;

namespace Loky.Tests.Runs;

public sealed class FinishedItemsTests
{
    private static readonly ItemHash First = ItemHash.Of("first"u8);
    private static readonly ItemHash Second = ItemHash.Of("second"u8);

    private readonly FinishedItems _items = new();

    [Fact]
    public void An_item_that_has_succeeded_stays_so_when_it_fails_later()
    {
        _items.Note(1, First, succeeded: true);
        _items.Note(1, First, succeeded: false);
        _items.Note(1, default, succeeded: false);
        Assert.True(_items.TryFind(1, out ItemHash hash, out bool succeeded));
        Assert.Equal((First, true, 1L), (hash, succeeded, _items.Succeeded));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Another_item_of_the_same_number_takes_its_place(bool secondSucceeded, long count)
    {
        _items.Note(1, First, succeeded: true);
        _items.Note(1, Second, secondSucceeded);
        Assert.True(_items.TryFind(1, out ItemHash hash, out bool succeeded));
        Assert.Equal((Second, secondSucceeded, count), (hash, succeeded, _items.Succeeded));
    }
}
