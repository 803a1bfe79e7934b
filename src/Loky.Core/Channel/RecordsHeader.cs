using System.Buffers.Binary;

namespace Loky.Channel;

/// <summary>The start of a <see cref="FrameType.Records"/> payload, of fixed size, so that it can be updated in place.</summary>
/// <param name="GroupId">The task group that the records belong to.</param>
/// <param name="FrameNumber">The number of this frame on its channel: 1, 2, 3, …</param>
/// <param name="FirstSequence">The sequence number, within the worker, of the first record's item.</param>
/// <param name="EndedCount">How many items end in this frame.</param>
/// <param name="RunMicroseconds">The time spent running items since the previous frame, in microseconds.</param>
/// <param name="TypicalNanoseconds">What most items took; 0 where only a call's first ended, which sets it up.</param>
internal readonly record struct RecordsHeader(
    int GroupId, long FrameNumber, long FirstSequence, int EndedCount, int RunMicroseconds, int TypicalNanoseconds)
{
    public const int Size = 32;

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
