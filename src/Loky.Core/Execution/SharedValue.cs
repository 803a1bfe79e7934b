using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Loky.Channel;

namespace Loky.Execution;

/// <summary>A large part of what a group's items share, known by its content, so that a worker gets it only once.</summary>
/// <param name="Key">Its hash.</param>
/// <param name="Bytes">The value, encoded.</param>
/// <param name="Block">Where in it the first large block begins, of which an array is made; 0 for none.</param>
internal sealed record SharedValue(string Key, ReadOnlyMemory<byte> Bytes, int Block = 0)
{
    /// <summary>The least size that is worth it, in bytes.</summary>
    public const int MinSize = 16 * 1024;

    /// <summary>The most that one message carries, in bytes.</summary>
    public const int MaxSize = Frame.MaxPayload - 256;

    private const int CopyAtMost = 64 * 1024;

    /// <summary>Gets the memory that other processes of this machine can share, or null where it is in none.</summary>
    public SharedMemory? Memory => MemoryMarshal.TryGetMemoryManager(Bytes, out SharedMemory? memory) ? memory : null;

    /// <summary>Copies a value; a large one to memory that processes share, where there is such.</summary>
    /// <param name="bytes">The value.</param>
    /// <param name="block">Where in it the first large block begins, of which an array is made.</param>
    public static SharedValue Of(ReadOnlySpan<byte> bytes, int block = 0)
    {
        string key = Convert.ToHexString(SHA256.HashData(bytes));
        return new(key, SharedMemories.Get(key, bytes, block)?.Memory ?? bytes.ToArray(), block);
    }

    /// <summary>Makes the frame that brings it to a worker; a large one is sent from where it lies, to any number of them.</summary>
    /// <param name="release">Called once it is sent or dropped.</param>
    public OutgoingFrame ToFrame(Action? release = null)
    {
        bool copy = Bytes.Length <= CopyAtMost;
        var head = new PooledBuffer(256 + (copy ? Bytes.Length : 0));
        int start = FrameWriter.Begin(head, FrameType.Keep);
        var writer = new WireWriter(head);
        writer.Write(Key);
        writer.Write((long)Block);
        writer.WriteBinaryHeader(Bytes.Length);
        FrameWriter.End(head, start, Bytes.Length);
        if (copy)
        {
            writer.WriteRaw(Bytes.Span);
        }

        return new OutgoingFrame(head, copy ? default : Bytes, release) { Key = Key };
    }
}
