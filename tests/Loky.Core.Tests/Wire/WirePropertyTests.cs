using FsCheck;
using FsCheck.Fluent;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Wire;

public sealed class WirePropertyTests
{
    [Fact]
    public void Every_signed_integer_comes_back() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<long>(), value =>
        Written(buffer => new WireWriter(buffer).Write(value)) is var bytes
            && new WireReader(bytes).ReadInt64() == value));

    [Fact]
    public void Every_unsigned_integer_comes_back() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), value =>
        Written(buffer => new WireWriter(buffer).Write(value)) is var bytes
            && new WireReader(bytes).ReadUInt64() == value));

    [Fact]
    public void Every_double_comes_back_bit_by_bit() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<long>(), bits =>
        Written(buffer => new WireWriter(buffer).Write(BitConverter.Int64BitsToDouble(bits))) is var bytes
            && BitConverter.DoubleToInt64Bits(new WireReader(bytes).ReadDouble()) == bits));

    [Fact]
    public void Every_well_formed_string_comes_back() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
    {
        byte[] bytes = Written(buffer => new WireWriter(buffer).Write(text));
        string? back = new WireReader(bytes).ReadString();
        return back == text || (text is not null && !WireWriter.IsWellFormed(text));
    }));

    [Fact]
    public void Every_run_of_bytes_comes_back() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), content =>
        Written(buffer => new WireWriter(buffer).WriteBinary(content)) is var bytes
            && new WireReader(bytes).ReadBinary().SequenceEqual(content)));

    [Fact]
    public void Every_extension_comes_back() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<sbyte>(), (content, type) =>
        {
            byte[] bytes = Written(buffer => new WireWriter(buffer).WriteExtension(type, content));
            return new WireReader(bytes).ReadExtension(out sbyte back).SequenceEqual(content) && back == type;
        }));

    [Fact]
    public void A_message_cut_anywhere_is_refused_as_such()
    {
        byte[] message = Written(WriteSample);
        WireReader whole = new(message);
        ReadSample(ref whole);
        Assert.True(whole.End);
        for (int length = 0; length < message.Length; length++)
        {
            byte[] cut = message[..length];
            _ = Assert.Throws<WireFormatException>(() =>
            {
                WireReader reader = new(cut);
                ReadSample(ref reader);
            });
            _ = Assert.Throws<WireFormatException>(() => new WireReader(cut).Skip());
        }
    }

    [Fact]
    public void Random_bytes_are_read_or_refused_but_never_believed_to_be_large()
    {
        Random random = new(20240501);
        byte[] bytes = new byte[64];
        long before = GC.GetAllocatedBytesForCurrentThread();
        const int Rounds = 5000;
        for (int round = 0; round < Rounds; round++)
        {
            random.NextBytes(bytes);
            foreach (Reading read in Readings)
            {
                try
                {
                    WireReader reader = new(bytes);
                    read(ref reader);
                }
                catch (WireFormatException)
                {
                    // The only way out allowed.
                }
            }
        }

        // An exception and its message take a few kilobytes; a believed length would take up to four gigabytes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Rounds * Readings.Length * 10_000L);
    }

    private delegate void Reading(ref WireReader reader);

    private static Reading[] Readings { get; } =
    [
        static (ref WireReader reader) => reader.Skip(),
        static (ref WireReader reader) => reader.ReadBoolean(),
        static (ref WireReader reader) => reader.ReadInt32(),
        static (ref WireReader reader) => reader.ReadInt64(),
        static (ref WireReader reader) => reader.ReadUInt64(),
        static (ref WireReader reader) => reader.ReadSingle(),
        static (ref WireReader reader) => reader.ReadDouble(),
        static (ref WireReader reader) => reader.ReadString(),
        static (ref WireReader reader) => reader.ReadBinary().ToArray(),
        static (ref WireReader reader) => reader.ReadExtension(out _).ToArray(),
        static (ref WireReader reader) => _ = new object[reader.ReadArrayHeader()],
        static (ref WireReader reader) => _ = new object[2 * reader.ReadMapHeader()],
    ];

    private static void WriteSample(PooledBuffer buffer)
    {
        WireWriter writer = new(buffer);
        writer.WriteArrayHeader(16);
        writer.WriteNil();
        writer.Write(true);
        foreach (long number in new[] { 5L, -5, 200, -100, 40_000, -20_000, 3_000_000_000, long.MinValue })
        {
            writer.Write(number);
        }

        writer.Write(1.5f);
        writer.Write(2.5);
        writer.Write("text");
        writer.Write(new string('x', 300));
        writer.WriteExtension(9, [1, 2, 3]);
        writer.WriteMapHeader(1);
        writer.Write("key");
        writer.WriteBinary([1, 2, 3, 4]);
    }

    private static void ReadSample(ref WireReader reader)
    {
        reader.ReadArrayHeader(16);
        Assert.True(reader.TryReadNil());
        Assert.True(reader.ReadBoolean());
        for (int i = 0; i < 8; i++)
        {
            _ = reader.ReadInt64();
        }

        Assert.Equal(1.5f, reader.ReadSingle());
        Assert.Equal(2.5, reader.ReadDouble());
        Assert.Equal("text", reader.ReadString());
        Assert.Equal(300, reader.ReadRequiredString().Length);
        Assert.Equal(3, reader.ReadExtension(out _).Length);
        Assert.Equal(1, reader.ReadMapHeader());
        Assert.Equal("key", reader.ReadString());
        Assert.Equal(4, reader.ReadBinary().Length);
    }

    private static byte[] Written(Action<PooledBuffer> write)
    {
        using var buffer = new PooledBuffer();
        write(buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
