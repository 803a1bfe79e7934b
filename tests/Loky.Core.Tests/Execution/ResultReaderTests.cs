using Loky.Channel;
using Loky.Execution;
using Loky.Wire;
using Loky.Serialization;
using Xunit;

namespace Loky.Tests.Execution;

public sealed class ResultReaderTests
{
    private const byte End = (byte)RecordKind.End;
    private const byte Output = (byte)RecordKind.Output;

    private readonly ResultReader<int> _reader = new(new ValueSerializer(TypePolicy.DeclaredOnly), TypePolicy.DeclaredOnly);
    private readonly List<int> _results = [];
    private readonly List<long> _ended = [];

    [Fact]
    public void A_result_comes_with_the_end_of_its_item()
    {
        Assert.Null(Read(5, Output, 1, 1, End, Output, 1, 2));
        Assert.Equal([1], _results);
        Assert.Equal([5L], _ended);
        Assert.Null(Read(6, End, Output, 1, 3, End));
        Assert.Equal([1, 2, 3], _results);
        Assert.Equal([5L, 6L, 7L], _ended);
    }

    [Fact]
    public void An_item_that_is_tried_again_has_one_result()
    {
        Assert.Null(Read(0, Output, 1, 1));
        Assert.Null(Read(9, Output, 1, 4, End));
        Assert.Null(Read(0, Output, 1, 1));
        Assert.Null(Read(0, End));
        Assert.Equal([4, 1], _results);
    }

    [Fact]
    public void Results_before_a_failure_in_the_same_frame_are_kept()
    {
        using var buffer = new PooledBuffer();
        new ValueSerializer(TypePolicy.DeclaredOnly).WriteException(buffer, new ArithmeticException("no"));
        Exception? failure = Read(0, [Output, 1, 1, End, Output, 1, 2, End, (byte)RecordKind.Failed, .. Length(buffer.WrittenSpan.Length), .. buffer.WrittenSpan, End, Output, 1, 4, End]);
        Assert.Equal("no", Assert.IsType<ArithmeticException>(failure).Message);
        Assert.Equal([1, 2], _results);
    }

    [Fact]
    public void A_result_that_cannot_be_read_is_its_own_items_failure()
    {
        // A string and nil, where a number is declared.
        Assert.NotNull(Read(0, Output, 2, 0xA1, 0x61, End));
        Assert.NotNull(Read(1, Output, 1, WireWriter.Nil[0], End));
        Assert.Empty(_results);
    }

    [Fact]
    public void A_record_of_an_unknown_kind_is_a_failure() => _ = Assert.IsType<ProtocolException>(Read(0, 99, 1, 1, End));

    [Fact]
    public void Bytes_behind_a_result_are_its_own_items_failure()
    {
        Assert.NotNull(Read(0, Output, 2, 7, 7, End));
        Assert.Empty(_results);
    }

    private static byte[] Length(int length)
    {
        byte[] head = new byte[RecordWriter.MaxHeadSize];
        return head[1..RecordWriter.WriteHead(head, RecordKind.Failed, length)];
    }

    private Exception? Read(long firstIndex, params byte[] records)
    {
        byte[] payload = [.. new byte[RecordsHeader.Size], .. records];
        return _reader.Read(new RecordsFrame(default, firstIndex, payload, null), _results, _ended.Add);
    }
}
