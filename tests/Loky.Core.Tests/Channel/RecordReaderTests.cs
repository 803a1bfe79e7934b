using Loky.Channel;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Channel;

public sealed class RecordReaderTests
{
    [Fact]
    public void Records_come_in_order_with_their_values()
    {
        var reader = new RecordReader(new byte[] { (byte)RecordKind.Output, 1, 7, (byte)RecordKind.End, (byte)RecordKind.Failed, 1, WireWriter.Nil[0], (byte)RecordKind.End });
        Assert.True(reader.TryRead(out RecordKind kind, out ReadOnlyMemory<byte> value));
        Assert.Equal((RecordKind.Output, 7), (kind, value.Span[0]));
        Assert.True(reader.TryRead(out kind, out value));
        Assert.Equal((RecordKind.End, 0), (kind, value.Length));
        Assert.True(reader.TryRead(out kind, out _));
        Assert.Equal(RecordKind.Failed, kind);
        Assert.True(reader.TryRead(out _, out _));
        Assert.False(reader.TryRead(out _, out _));
        Assert.Equal(8, reader.Position);
    }

    [Fact]
    public void A_record_that_ends_its_item_is_followed_by_the_end()
    {
        byte[] records = [(byte)RecordKind.Output, 1, 7, (byte)RecordKind.Output | RecordWriter.EndBit, 1, 8, (byte)RecordKind.End];
        var reader = new RecordReader(records);
        var kinds = new List<RecordKind>();
        while (reader.TryRead(out RecordKind kind, out _))
        {
            kinds.Add(kind);
        }

        Assert.Equal([RecordKind.Output, RecordKind.Output, RecordKind.End, RecordKind.End], kinds);
        Assert.Equal(2, RecordReader.CountEnded(records));
        _ = Assert.Throws<ProtocolException>(() => RecordReader.CountEnded(new byte[] { RecordWriter.EndBit, 1, 0 }));
    }

    [Fact]
    public void Nothing_is_no_record() => Assert.Equal(0, RecordReader.CountEnded(default));

    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(20_000)]
    [InlineData(3_000_000)]
    public void A_record_cut_anywhere_is_refused(int length)
    {
        byte[] record = Record(new byte[length]);
        var reader = new RecordReader(record);
        Assert.True(reader.TryRead(out _, out ReadOnlyMemory<byte> value));
        Assert.Equal((length, record.Length), (value.Length, reader.Position));
        foreach (int cut in Enumerable.Range(1, Math.Min(record.Length - 1, 300)).Append(record.Length - 1))
        {
            _ = Assert.Throws<ProtocolException>(() => RecordReader.CountEnded(record.AsMemory(0, cut)));
        }
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xFF, 0xFF, 0xFF, 0xFF, 0x7F)]
    [InlineData(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01)]
    public void A_length_that_cannot_be_is_refused(params int[] length)
    {
        byte[] record = [(byte)RecordKind.Output, .. length.Select(static part => (byte)part), .. new byte[64]];
        _ = Assert.Throws<ProtocolException>(() => RecordReader.CountEnded(record));
    }

    [Fact]
    public void A_header_of_too_few_bytes_is_refused()
    {
        byte[] header = new byte[RecordsHeader.Size];
        var written = new RecordsHeader(1, 2, 3, 4, 5, 6);
        written.Write(header);
        Assert.Equal(written, RecordsHeader.Read(header));
        for (int length = 0; length < header.Length; length++)
        {
            _ = Assert.Throws<ProtocolException>(() => RecordsHeader.Read(header.AsSpan(0, length)));
        }
    }

    private static byte[] Record(byte[] value)
    {
        byte[] head = new byte[RecordWriter.MaxHeadSize];
        return [.. head[..RecordWriter.WriteHead(head, RecordKind.Output, value.Length)], .. value];
    }
}
