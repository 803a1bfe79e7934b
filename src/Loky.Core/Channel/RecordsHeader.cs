using System.Buffers.Binary;

namespace Loky.Channel;

/// <summary>
/// The fixed start of a <see cref="FrameType.Records"/> payload. It is binary and of fixed size so that a worker can
/// keep it up to date in place, in memory that outlives it.
/// </summary>
/// <param name="GroupId">The task group that the records belong to.</param>
/// <param name="FrameNumber">The number of this frame on its channel: 1, 2, 3, …</param>
/// <param name="FirstSequence">The sequence number, within the worker, of the item that the first record belongs to.</param>
/// <param name="EndedCount">How many items end in this frame.</param>
/// <param name="RunMicroseconds">The time spent running items since the previous frame, in microseconds.</param>
/// <param name="TypicalNanoseconds">What most of the items took that ended; 0 where only the first one of a call did, which sets the call up.</param>
internal readonly record struct RecordsHeader(
    int GroupId, long FrameNumber, long FirstSequence, int EndedCount, int RunMicroseconds, int TypicalNanoseconds)
{
    /// <summary>The size of the header in bytes.</summary>
    public const int Size = 32;

    /// <summary>Writes the header.</summary>
    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, GroupId);
        BinaryPrimitives.WriteInt64LittleEndian(target[4..], FrameNumber);
        BinaryPrimitives.WriteInt64LittleEndian(target[12..], FirstSequence);
        BinaryPrimitives.WriteInt32LittleEndian(target[20..], EndedCount);
        BinaryPrimitives.WriteInt32LittleEndian(target[24..], RunMicroseconds);
        BinaryPrimitives.WriteInt32LittleEndian(target[28..], TypicalNanoseconds);
    }

    /// <summary>Reads a header.</summary>
    /// <exception cref="ProtocolException">There are not enough bytes.</exception>
    public static RecordsHeader Read(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < Size)
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameMalformed, FrameType.Records, payload.Length));
        }

        return new RecordsHeader(
            BinaryPrimitives.ReadInt32LittleEndian(payload),
            BinaryPrimitives.ReadInt64LittleEndian(payload[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(payload[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(payload[20..]),
            BinaryPrimitives.ReadInt32LittleEndian(payload[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(payload[28..]));
    }
}
