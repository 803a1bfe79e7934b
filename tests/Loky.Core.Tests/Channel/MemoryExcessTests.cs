using Loky.Channel;
using Xunit;

namespace Loky.Tests.Channel;

public sealed class MemoryExcessTests
{
    private const long Megabyte = 1 << 20;

    [Theory]
    [InlineData((300 * Megabyte) + 1, 301)]
    [InlineData((301 * Megabyte) - 1, 301)]
    [InlineData(301 * Megabyte, 301)]
    public void What_is_told_is_always_more_than_the_limit(long used, long told)
    {
        var excess = new MemoryExcess(used, 300 * Megabyte, IsGrowth: false);
        Assert.Equal((told, 300), (excess.UsedMegabytes, excess.AllowedMegabytes));
    }
}
