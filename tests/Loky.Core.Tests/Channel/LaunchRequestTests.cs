using System.Buffers.Binary;
using Loky.Channel;
using Xunit;

namespace Loky.Tests.Channel;

public sealed class LaunchRequestTests
{
    private static readonly LaunchRequest Full = new()
    {
        Address = "/somewhere/private",
        Secret = [.. Enumerable.Range(0, LaunchRequest.SecretSize).Select(i => (byte)i)],
        Depth = 3,
        RunnerAssembly = "/runner.dll",
        CodePage = 850,
        IsCrowded = true,
        Parent = new PeerInfo("1.2.3", Capabilities.Recall | Capabilities.MacSignals),
    };

    [Fact]
    public void What_the_parent_wrote_is_what_the_worker_reads()
    {
        LaunchRequest read = LaunchRequest.ReadFrom(new MemoryStream(Bytes(Full)));
        Assert.Equal(Full.Address, read.Address);
        Assert.Equal(Full.Secret, read.Secret);
        Assert.Equal(3, read.Depth);
        Assert.Equal("/runner.dll", read.RunnerAssembly);
        Assert.Equal(850, read.CodePage);
        Assert.True(read.IsCrowded);
        Assert.Equal(Full.Parent, read.Parent);
    }

    [Fact]
    public void What_was_left_out_stays_left_out()
    {
        LaunchRequest read = LaunchRequest.ReadFrom(new MemoryStream(Bytes(new LaunchRequest { Address = "/f", Secret = Full.Secret, Depth = 1 })));
        Assert.Null(read.RunnerAssembly);
        Assert.Equal(0, read.CodePage);
        Assert.False(read.IsCrowded);
        Assert.True(read.Parent.Can(Capabilities.Acknowledge));
    }

    [Fact]
    public void Nothing_behind_the_request_is_consumed()
    {
        var stream = new MemoryStream([.. Bytes(Full), 42]);
        _ = LaunchRequest.ReadFrom(stream);
        Assert.Equal(42, stream.ReadByte());
    }

    [Fact]
    public void A_request_cut_anywhere_is_refused()
    {
        byte[] bytes = Bytes(Full);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(Messages.LaunchNotByParent, Refusal(bytes[..length]));
        }
    }

    [Fact]
    public void Text_typed_by_hand_is_refused() => Assert.Equal(Messages.LaunchNotByParent, Refusal("hello worker\n"u8.ToArray()));

    [Fact]
    public void A_length_beyond_the_limit_is_refused_before_memory_is_taken()
    {
        byte[] bytes = Bytes(Full);
        foreach (int length in new[] { int.MaxValue, (16 << 10) + 1, 0, -1 })
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), length);
            Assert.Equal(Messages.LaunchNotByParent, Refusal(bytes));
        }
    }

    [Fact]
    public void A_secret_of_another_length_is_refused() => Assert.Equal(Messages.LaunchNotByParent, Refusal(Bytes(Full with { Secret = [1, 2, 3] })));

    [Fact]
    public void Another_version_is_refused_with_both_versions_named()
    {
        byte[] bytes = Bytes(Full);
        bytes[9] = 99;
        string message = Refusal(bytes);
        Assert.Contains("99", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_in_a_valid_wrapping_are_refused_as_a_protocol_error()
    {
        var random = new Random(11);
        byte[] head = Bytes(Full)[..8];
        for (int round = 0; round < 2000; round++)
        {
            byte[] body = new byte[random.Next(1, 200)];
            random.NextBytes(body);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), body.Length);
            _ = Refusal([.. head, .. body]);
        }
    }

    private static byte[] Bytes(LaunchRequest request)
    {
        var stream = new MemoryStream();
        request.WriteTo(stream);
        return stream.ToArray();
    }

    private static string Refusal(byte[] bytes) =>
        Assert.ThrowsAny<ProtocolException>(() => LaunchRequest.ReadFrom(new MemoryStream(bytes))).Message;
}
