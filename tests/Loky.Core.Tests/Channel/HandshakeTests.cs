using System.Security.Cryptography;
using Loky.Channel;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Channel;

public sealed class HandshakeTests
{
    private static readonly PeerInfo Peer = new("1.2.3", Capabilities.Cancel | Capabilities.Scripts);
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(LaunchRequest.SecretSize);

    [Fact]
    public void The_right_secret_tells_the_process_id_and_what_the_worker_is_and_can_do()
    {
        WorkerHello hello = Verify(Hello(Secret));
        Assert.Equal(4711, hello.ProcessId);
        Assert.Equal(Peer, hello.Peer);
    }

    [Fact]
    public void A_capability_that_a_newer_worker_has_is_left_out_and_the_others_are_there()
    {
        byte[] hello = Write(buffer =>
        {
            var writer = new WireWriter(buffer);
            writer.WriteArrayHeader(5);
            writer.Write((long)LaunchRequest.ProtocolVersion);
            writer.WriteBinary(Secret);
            writer.Write(4711L);
            writer.Write("9.9.9");
            writer.WriteArrayHeader(3);
            writer.Write("teleports");
            writer.Write("recall");
            writer.Write(string.Empty);
        });
        Assert.Equal(new PeerInfo("9.9.9", Capabilities.Recall), Verify(hello).Peer);
    }

    [Theory]
    [InlineData(65, "scripts")]
    [InlineData(1, "a name that is longer than any of ours will ever be")]
    public void More_capabilities_or_longer_ones_than_any_version_has_are_refused(int count, string name) =>
        _ = Refusal(Write(buffer =>
        {
            var writer = new WireWriter(buffer);
            writer.WriteArrayHeader(5);
            writer.Write((long)LaunchRequest.ProtocolVersion);
            writer.WriteBinary(Secret);
            writer.Write(4711L);
            writer.Write("9.9.9");
            writer.WriteArrayHeader(count);
            for (int i = 0; i < count; i++)
            {
                writer.Write(name);
            }
        }));

    [Fact]
    public void The_first_frame_fits_in_what_a_stranger_may_send() =>
        Assert.InRange(Hello(Secret).Length, Frame.HeaderSize + LaunchRequest.SecretSize, Frame.HeaderSize + Handshake.MaxPayload);

    [Fact]
    public void A_secret_wrong_in_any_byte_is_refused()
    {
        for (int i = 0; i < Secret.Length; i++)
        {
            byte[] wrong = [.. Secret];
            wrong[i] ^= 1;
            Assert.Equal(Messages.HandshakeWrongSecret, Refusal(Hello(wrong)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_secret_of_another_length_is_refused(int length) =>
        Assert.Equal(Messages.HandshakeWrongSecret, Refusal(Hello([.. Secret.Concat(Secret).Take(length)])));

    [Fact]
    public void Another_version_is_refused_with_both_versions_named()
    {
        string message = Assert.Throws<IncompatiblePeerException>(() => Verify(Hello(Secret, version: 99))).Message;
        Assert.Contains("99", message, StringComparison.Ordinal);
        Assert.Contains($"version {LaunchRequest.ProtocolVersion}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_does_not_know_the_secret_is_a_stranger_of_whatever_version() =>
        Assert.Equal(Messages.HandshakeWrongSecret, Refusal(Hello(new byte[LaunchRequest.SecretSize], version: 99)));

    [Fact]
    public void A_first_frame_cut_anywhere_is_refused()
    {
        byte[] payload = Hello(Secret)[Frame.HeaderSize..];
        for (int length = 0; length < payload.Length; length++)
        {
            _ = Refusal(FrameBytes.Of(FrameType.Hello, payload[..length]));
        }
    }

    [Fact]
    public void Bytes_behind_the_first_message_are_refused()
    {
        byte[] payload = Hello(Secret)[Frame.HeaderSize..];
        Assert.Contains("1", Refusal(FrameBytes.Of(FrameType.Hello, [.. payload, 0])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FrameType.Ready)]
    [InlineData(FrameType.Records)]
    [InlineData(FrameType.Failure)]
    internal void Another_frame_ahead_of_the_first_is_refused(FrameType type)
    {
        byte[] payload = Hello(Secret)[Frame.HeaderSize..];
        Assert.Contains(type.ToString(), Refusal(FrameBytes.Of(type, payload)), StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_are_refused_as_a_protocol_error()
    {
        var random = new Random(7);
        for (int round = 0; round < 1000; round++)
        {
            byte[] payload = new byte[random.Next(0, Handshake.MaxPayload)];
            random.NextBytes(payload);
            _ = Refusal(FrameBytes.Of(FrameType.Hello, payload));
        }
    }

    private static byte[] Hello(byte[] secret, int version = LaunchRequest.ProtocolVersion)
    {
        if (version != LaunchRequest.ProtocolVersion)
        {
            // Of which no more is known than what stands in front.
            return Write(buffer =>
            {
                var writer = new WireWriter(buffer);
                writer.WriteArrayHeader(2);
                writer.Write((long)version);
                writer.WriteBinary(secret);
            });
        }

        using var buffer = new PooledBuffer();
        Handshake.Write(buffer, secret, 4711, Peer);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Write(Action<PooledBuffer> payload)
    {
        using var buffer = new PooledBuffer();
        int start = FrameWriter.Begin(buffer, FrameType.Hello);
        payload(buffer);
        FrameWriter.End(buffer, start);
        return buffer.WrittenSpan.ToArray();
    }

    private static WorkerHello Verify(byte[] bytes)
    {
        using var reader = new FrameReader { MaxPayload = Handshake.MaxPayload };
        (FrameType type, byte[] payload) = Assert.Single(FrameBytes.Feed(reader, bytes));
        byte[] array = System.Buffers.ArrayPool<byte>.Shared.Rent(Math.Max(payload.Length, 1));
        payload.CopyTo(array, 0);
        using var frame = new Frame(type, array, payload.Length);
        return Handshake.Verify(frame, Secret);
    }

    private static string Refusal(byte[] bytes) => Assert.Throws<ProtocolException>(() => Verify(bytes)).Message;
}
