using System.Buffers.Binary;
using Loky.Channel;
using Loky.Remote;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Remote;

/// <summary>Bytes of a node agent, cut and broken in all ways.</summary>
public sealed class AgentMessageReaderTests
{
    private static byte[] Conversation =>
    [
        .. AgentWelcome.OfThisMachine("hooks").ToMessage(),
        .. AgentMessageWriter.Make(AgentMessageType.Started, 2, 1234),
        .. AgentMessageWriter.Make(AgentMessageType.Connected, 2),
        .. Data(2, 70),
        .. AgentMessageWriter.Make(AgentMessageType.Heartbeat, 0),
        .. AgentMessageWriter.Make(AgentMessageType.Credit, 3, 99),
        .. AgentMessageWriter.Make(AgentMessageType.Keep, 2, static buffer => new WireWriter(buffer).Write("a key")),
        .. AgentMessageWriter.Make(AgentMessageType.Kept, 2),
    ];

    [Fact]
    public void Messages_come_out_as_they_went_in_wherever_they_are_cut()
    {
        byte[] bytes = Conversation;
        List<string> whole = ReadAll([bytes], out bool isBetween);
        Assert.Equal(8, whole.Count);
        Assert.True(isBetween);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(whole, ReadAll([bytes[..cut], bytes[cut..]], out _));
        }
    }

    [Fact]
    public void A_stream_that_ends_at_any_place_yields_what_was_whole_and_nothing_else()
    {
        byte[] bytes = Conversation;
        List<string> whole = ReadAll([bytes], out _);
        int between = 0;
        for (int length = 0; length < bytes.Length; length++)
        {
            List<string> part = ReadAll([bytes[..length]], out bool isBetween);
            Assert.Equal(whole.Take(part.Count), part);
            between += isBetween ? 1 : 0;
        }

        Assert.Equal(whole.Count, between);
    }

    [Theory]
    [InlineData(true, AgentMessage.MaxData)]
    [InlineData(false, AgentMessage.MaxPayload)]
    public void A_length_beyond_the_limit_is_refused_before_anything_of_it_has_come(bool isData, int limit)
    {
        AgentMessageType type = isData ? AgentMessageType.Data : AgentMessageType.Ended;
        byte[] header = new byte[AgentMessage.HeaderSize];
        AgentMessageWriter.WriteHeader(header, type, 2, limit);
        Assert.Single(ReadAll([AgentWelcome.OfThisMachine(null).ToMessage(), header], out _));
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)limit + 1);
        _ = Assert.Throws<ProtocolException>(() => ReadAll([AgentWelcome.OfThisMachine(null).ToMessage(), header], out _));
    }

    [Theory]
    [InlineData((byte)0)]
    [InlineData((byte)17)]
    [InlineData((byte)255)]
    public void An_unknown_type_is_refused(byte type)
    {
        byte[] message = AgentMessageWriter.Make(AgentMessageType.Heartbeat, 0);
        message[4] = type;
        _ = Assert.Throws<ProtocolException>(() => ReadAll([AgentWelcome.OfThisMachine(null).ToMessage(), message], out _));
    }

    [Fact]
    public void What_is_no_agent_is_quoted()
    {
        ProtocolException error = Assert.Throws<ProtocolException>(() => ReadAll(["bash: dotnet: command not found\n"u8.ToArray()], out _));
        Assert.Contains("bash: dotnet: command not found", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_are_refused_or_wait_for_more_and_never_take_more_memory_than_they_have()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            using var reader = new AgentMessageReader();
            Feed(reader, AgentWelcome.OfThisMachine(null).ToMessage());
            Assert.True(reader.TryRead(out _));
            long before = GC.GetAllocatedBytesForCurrentThread();
            Feed(reader, bytes);
            try
            {
                while (reader.TryRead(out AgentMessage message))
                {
                    Assert.True(message.Payload.Length < bytes.Length, $"Seed {seed}.");
                }
            }
            catch (ProtocolException)
            {
                // As it should be.
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000, $"Seed {seed}.");
        }
    }

    private static byte[] Data(int stream, int length)
    {
        byte[] message = new byte[AgentMessage.HeaderSize + length];
        AgentMessageWriter.WriteHeader(message, AgentMessageType.Data, stream, length);
        return message;
    }

    private static List<string> ReadAll(byte[][] parts, out bool isBetween)
    {
        List<string> messages = [];
        using var reader = new AgentMessageReader();
        foreach (byte[] part in parts)
        {
            Feed(reader, part);
            while (reader.TryRead(out AgentMessage message))
            {
                messages.Add($"{message.Type} {message.Stream} {Convert.ToHexString(message.Payload.Span)}");
            }
        }

        isBetween = reader.IsBetweenMessages;
        return messages;
    }

    private static void Feed(AgentMessageReader reader, byte[] bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            Memory<byte> memory = reader.GetMemory();
            int count = Math.Min(memory.Length, bytes.Length - at);
            bytes.AsMemory(at, count).CopyTo(memory);
            reader.Advance(count);
            at += count;
        }
    }
}
