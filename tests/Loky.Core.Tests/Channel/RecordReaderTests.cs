using Loky.Channel;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Channel;

public sealed class RecordReaderTests
{
    [Fact]
    public void Records_come_in_order_with_their_values()
    {
        var reader = new RecordReader(new byte[] { (byte)RecordKind.Output, 7, (byte)RecordKind.End, (byte)RecordKind.Failed, WireWriter.Nil[0], (byte)RecordKind.End });
        Assert.True(reader.TryRead(out RecordKind kind, out ReadOnlyMemory<byte> value));
        Assert.Equal((RecordKind.Output, 7), (kind, value.Span[0]));
        Assert.True(reader.TryRead(out kind, out value));
        Assert.Equal((RecordKind.End, 0), (kind, value.Length));
        Assert.True(reader.TryRead(out kind, out _));
        Assert.Equal(RecordKind.Failed, kind);
        Assert.True(reader.TryRead(out _, out _));
        Assert.False(reader.TryRead(out _, out _));
        Assert.Equal(6, reader.Position);
    }

    [Fact]
    public void Nothing_is_no_record() => Assert.Equal(0, RecordReader.CountEnded(default));

    [Fact]
    public void A_value_cut_anywhere_is_refused()
    {
        using var buffer = new PooledBuffer();
        new WireWriter(buffer).Write("a value of some length");
        byte[] record = [(byte)RecordKind.Output, .. buffer.WrittenSpan];
        for (int length = 1; length < record.Length; length++)
        {
            _ = Assert.Throws<WireFormatException>(() => RecordReader.CountEnded(record.AsMemory(0, length)));
        }
    }

    [Fact]
    public void A_value_nested_without_end_is_refused()
    {
        byte[] bomb = [(byte)RecordKind.Output, .. Enumerable.Repeat((byte)0x91, 100_000)];
        _ = Assert.Throws<WireFormatException>(() => RecordReader.CountEnded(bomb));
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
}
