using Loky.MessagePack;
using Loky.Serialization;
using Xunit;

namespace Loky.Tests.Serialization;

public sealed class DelegateCodecTests
{
    [Fact]
    public void A_lambda_keeps_what_it_captures()
    {
        string prefix = "n = ";
        List<int> numbers = [1, 2, 3];
        Func<int, string> original = index => prefix + numbers[index];
        Assert.Equal("n = 2", Sent(original)(1));
    }

    [Fact]
    public void A_recursive_lambda_calls_its_own_copy()
    {
        Func<int, int> factorial = null!;
        factorial = n => n <= 1 ? 1 : n * factorial(n - 1);
        Assert.Equal(120, Sent(factorial)(5));
    }

    [Fact]
    public void A_method_of_dotnet_itself_is_found_by_its_signature()
    {
        Func<int, int, int> max = Math.Max;
        Assert.Equal(7, Sent(max)(3, 7));
    }

    private static T Sent<T>(T original)
        where T : Delegate
    {
        using var buffer = new PooledBuffer();
        DelegateCodec codec = new(new ValueSerializer(TypePolicy.TrustParent));
        codec.Write(buffer, original);
        MessagePackReader reader = new(buffer.WrittenSpan);
        T sent = (T)codec.Read(ref reader);
        Assert.True(reader.End);
        return sent;
    }
}
