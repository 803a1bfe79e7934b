namespace Loky.Channel;

/// <summary>How many bytes a worker has, and may have, that has too many, or by how many it grew, and may grow.</summary>
internal readonly record struct MemoryExcess(long Used, long Allowed, bool IsGrowth)
{
    /// <summary>Gets what it has in megabytes, rounded up: it is to be more than what it may have.</summary>
    public long UsedMegabytes => (Used + (1 << 20) - 1) >> 20;

    public long AllowedMegabytes => Allowed >> 20;

    public void WriteFrame(PooledBuffer buffer)
    {
        int start = FrameWriter.Begin(buffer, FrameType.MemoryLimitExceeded);
        var writer = new WireWriter(buffer);
        writer.Write(Used);
        writer.Write(Allowed);
        writer.Write(IsGrowth);
        FrameWriter.End(buffer, start);
    }

    public static MemoryExcess Read(ReadOnlyMemory<byte> payload)
    {
        var reader = new WireReader(payload);
        return new MemoryExcess(reader.ReadInt64(), reader.ReadInt64(), reader.ReadBoolean());
    }
}
