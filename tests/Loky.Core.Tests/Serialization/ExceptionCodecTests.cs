using Loky.MessagePack;
using Loky.Serialization;
using Xunit;

namespace Loky.Tests.Serialization;

public sealed class ExceptionCodecTests
{
    [Fact]
    public void An_exception_shows_where_it_was_thrown()
    {
        Exception sent = Sent(Thrown(() => throw new InvalidOperationException("why")));
        Assert.IsType<InvalidOperationException>(sent);
        Assert.Equal("why", sent.Message);
        Assert.Contains(nameof(An_exception_shows_where_it_was_thrown), sent.ToString(), StringComparison.Ordinal);
    }

    private static Exception Thrown(Action action) => Record.Exception(action)!;

    private static Exception Sent(Exception exception, TypePolicy? policy = null)
    {
        using var buffer = new PooledBuffer();
        ExceptionCodec codec = new(new ValueSerializer(TypePolicy.TrustParent));
        codec.Write(buffer, exception);
        MessagePackReader reader = new(buffer.WrittenSpan);
        Exception sent = codec.Read(ref reader, policy ?? TypePolicy.DeclaredOnly);
        Assert.True(reader.End);
        return sent;
    }
}
