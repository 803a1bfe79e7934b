using Loky.Channel;
using Xunit;

namespace Loky.Tests.Channel;

public sealed class FrameReaderTests
{
    private static readonly byte[] Stream =
    [
        .. FrameBytes.Of(FrameType.Ready),
        .. FrameBytes.Of(FrameType.Records, 1, 2, 3, 4, 5),
        .. FrameBytes.Of(FrameType.Batch, 6),
    ];

    [Fact]
    public void Frames_that_come_together_are_told_apart()
    {
        using var reader = new FrameReader();
        AssertStream(FrameBytes.Feed(reader, Stream));
        Assert.True(reader.IsBetweenFrames);
    }

    [Fact]
    public void Frames_cut_at_any_position_come_out_whole()
    {
        for (int cut = 0; cut <= Stream.Length; cut++)
        {
            using var reader = new FrameReader();
            List<(FrameType, byte[])> frames = FrameBytes.Feed(reader, Stream.AsSpan(0, cut));
            frames.AddRange(FrameBytes.Feed(reader, Stream.AsSpan(cut)));
            AssertStream(frames);
        }
    }

    [Fact]
    public void Frames_that_come_byte_by_byte_come_out_whole()
    {
        using var reader = new FrameReader();
        AssertStream(FrameBytes.Feed(reader, Stream, atOnce: 1));
    }

    [Fact]
    public void A_stream_that_ends_within_a_frame_is_known_to_be_cut()
    {
        int[] ends = [5, 15, 21];
        for (int cut = 1; cut < Stream.Length; cut++)
        {
            using var reader = new FrameReader();
            _ = FrameBytes.Feed(reader, Stream.AsSpan(0, cut));
            Assert.Equal(ends.Contains(cut), reader.IsBetweenFrames);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(65_530)]
    [InlineData(int.MaxValue)]
    public void Payloads_of_all_sizes_survive_pieces_of_any_size(int atOnce)
    {
        int[] sizes = atOnce == 1 ? [0, 1, 70_000] : [0, 65_530, 65_531, 65_532, 65_536, 70_000, 4 << 20, (4 << 20) + 1, 20_000_000, 3];
        byte[] bytes = [.. sizes.SelectMany(size => FrameBytes.Of(FrameType.Records, Pattern(size)))];
        using var reader = new FrameReader();
        List<(FrameType Type, byte[] Payload)> frames = FrameBytes.Feed(reader, bytes, atOnce);
        Assert.Equal(sizes, frames.Select(frame => frame.Payload.Length));
        Assert.All(frames, frame => Assert.True(frame.Payload.AsSpan().SequenceEqual(Pattern(frame.Payload.Length))));
        Assert.True(reader.IsBetweenFrames);
    }

    [Fact]
    public void What_follows_a_large_frame_is_not_taken_for_a_part_of_it()
    {
        using var reader = new FrameReader();
        byte[] large = FrameBytes.Of(FrameType.Records, Pattern(100_000));
        List<(FrameType Type, byte[] Payload)> frames = FrameBytes.Feed(reader, [.. large, .. Stream]);
        Assert.Equal(100_000, frames[0].Payload.Length);
        AssertStream(frames[1..]);
    }

    [Fact]
    public void A_length_beyond_the_limit_is_refused_before_memory_is_taken()
    {
        using var reader = new FrameReader { MaxPayload = 100 };
        string message = Assert.Throws<ProtocolException>(() => FrameBytes.Feed(reader, FrameBytes.Header((byte)FrameType.Hello, 101))).Message;
        Assert.Contains("101", message, StringComparison.Ordinal);
        Assert.Contains("100", message, StringComparison.Ordinal);

        using var unlimited = new FrameReader();
        _ = Assert.Throws<ProtocolException>(() => FrameBytes.Feed(unlimited, FrameBytes.Header((byte)FrameType.Hello, uint.MaxValue)));
    }

    [Fact]
    public void A_false_length_costs_no_more_memory_than_bytes_came()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var reader = new FrameReader();
        _ = FrameBytes.Feed(reader, FrameBytes.Header((byte)FrameType.Records, Frame.MaxPayload));
        _ = FrameBytes.Feed(reader, Pattern(1000));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
        Assert.False(reader.IsBetweenFrames);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(255)]
    public void A_byte_that_is_no_frame_type_is_refused_and_named(byte type)
    {
        using var reader = new FrameReader();
        string message = Assert.Throws<ProtocolException>(() => FrameBytes.Feed(reader, FrameBytes.Header(type, 0))).Message;
        Assert.Contains($"0x{type:X2}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_are_frames_or_a_protocol_error_and_nothing_else()
    {
        var random = new Random(20_240_501);
        int refused = 0;
        for (int round = 0; round < 2000; round++)
        {
            byte[] bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            if (round % 2 == 0)
            {
                // Let half of them get past the first look.
                byte[] header = FrameBytes.Header((byte)random.Next(1, 10), (uint)random.Next(0, 200));
                bytes = [.. header, .. bytes];
            }

            using var reader = new FrameReader { MaxPayload = 1 << 20 };
            try
            {
                _ = FrameBytes.Feed(reader, bytes, random.Next(1, 50));
            }
            catch (ProtocolException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 2000);
    }

    private static byte[] Pattern(int size)
    {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++)
        {
            bytes[i] = (byte)((i * 7) + (i >> 9));
        }

        return bytes;
    }

    private static void AssertStream(List<(FrameType Type, byte[] Payload)> frames)
    {
        Assert.Equal([FrameType.Ready, FrameType.Records, FrameType.Batch], frames.Select(frame => frame.Type));
        Assert.Equal([1, 2, 3, 4, 5], frames[1].Payload);
        Assert.Equal([6], frames[2].Payload);
    }
}
