using Loky.Wire;

namespace Loky.Channel;

/// <summary>What a worker says that has more memory than it may: the payload of its frame.</summary>
/// <param name="Used">How many bytes it has, or by how many it has grown.</param>
/// <param name="Allowed">How many that may be.</param>
/// <param name="IsGrowth">Whether both are about its growth since its first item.</param>
internal readonly record struct MemoryExcess(long Used, long Allowed, bool IsGrowth)
{
    /// <summary>Writes the frame.</summary>
    public void WriteFrame(PooledBuffer buffer)
    {
        int start = FrameWriter.Begin(buffer, FrameType.MemoryLimitExceeded);
        var writer = new WireWriter(buffer);
        writer.Write(Used);
        writer.Write(Allowed);
        writer.Write(IsGrowth);
        FrameWriter.End(buffer, start);
    }

    /// <summary>Reads the payload.</summary>
    public static MemoryExcess Read(ReadOnlyMemory<byte> payload)
    {
        var reader = new WireReader(payload);
        return new MemoryExcess(reader.ReadInt64(), reader.ReadInt64(), reader.ReadBoolean());
    }
}
