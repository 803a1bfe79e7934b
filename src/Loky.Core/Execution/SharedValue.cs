using System.Security.Cryptography;
using Loky.Channel;
using Loky.Wire;

namespace Loky.Execution;

/// <summary>A large part of what a group's items share, known by its content, so that a worker gets it only once.</summary>
internal sealed record SharedValue(string Key, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The least size that is worth it, in bytes.</summary>
    public const int MinSize = 16 * 1024;

    private const int CopyAtMost = 64 * 1024;

    public static SharedValue Of(ReadOnlyMemory<byte> bytes) => new(Convert.ToHexString(SHA256.HashData(bytes.Span)), bytes);

    /// <summary>Makes the frame that brings it to a worker; a large one is sent from where it lies, to any number of them.</summary>
    public OutgoingFrame ToFrame()
    {
        bool copy = Bytes.Length <= CopyAtMost;
        var head = new PooledBuffer(256 + (copy ? Bytes.Length : 0));
        int start = FrameWriter.Begin(head, FrameType.Keep);
        var writer = new WireWriter(head);
        writer.Write(Key);
        writer.WriteBinaryHeader(Bytes.Length);
        FrameWriter.End(head, start, Bytes.Length);
        if (copy)
        {
            writer.WriteRaw(Bytes.Span);
        }

        return new OutgoingFrame(head, copy ? default : Bytes) { Key = Key };
    }
}
