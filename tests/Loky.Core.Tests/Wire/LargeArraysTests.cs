using Loky.Wire;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Wire;

public sealed class LargeArraysTests
{
    private const int Megabyte = 1 << 20;

    [Fact]
    public void An_array_that_came_back_is_lent_again()
    {
        var arrays = new LargeArrays();
        byte[] first = arrays.Rent(5 * Megabyte);
        arrays.Return(first);
        Assert.Same(first, arrays.Rent((5 * Megabyte) - 1));
        Assert.NotSame(first, arrays.Rent(5 * Megabyte));
    }

    [Fact]
    public void The_smallest_that_is_large_enough_is_lent()
    {
        var arrays = new LargeArrays();
        byte[][] sizes = [arrays.Rent(9 * Megabyte), arrays.Rent(3 * Megabyte), arrays.Rent(6 * Megabyte)];
        Array.ForEach(sizes, arrays.Return);
        Assert.Same(sizes[2], arrays.Rent(4 * Megabyte));
        Assert.Same(sizes[0], arrays.Rent(4 * Megabyte));
    }

    [Fact]
    public void No_more_is_kept_than_the_limit_and_the_last_ones_are()
    {
        var arrays = new LargeArrays();
        byte[][] all = [.. Enumerable.Range(0, 6).Select(_ => arrays.Rent(60 * Megabyte))];
        Array.ForEach(all, arrays.Return);
        Assert.InRange(arrays.Bytes, 1, 256L * Megabyte);
        Assert.Contains(arrays.Rent(60 * Megabyte), all[2..]);
    }

    [Fact]
    public void One_beyond_the_limit_is_not_kept()
    {
        var arrays = new LargeArrays();
        arrays.Return(arrays.Rent(300 * Megabyte));
        Assert.Equal(0, arrays.Bytes);
    }

    [Fact]
    public async Task What_nobody_wants_any_more_is_let_go()
    {
        var arrays = new LargeArrays();
        arrays.Return(arrays.Rent(2 * Megabyte));
        await Until.True(() => arrays.Bytes == 0, "the array is let go");
    }
}
