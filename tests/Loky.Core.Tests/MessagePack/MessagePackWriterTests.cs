using Loky.MessagePack;
using Xunit;

namespace Loky.Tests.MessagePack;

public sealed class MessagePackWriterTests
{
    [Fact]
    public void Small_integers_take_one_byte()
    {
        using var buffer = new PooledBuffer();
        new MessagePackWriter(buffer).Write(-32);
        Assert.Equal([0xe0], buffer.WrittenSpan.ToArray());
    }
}
