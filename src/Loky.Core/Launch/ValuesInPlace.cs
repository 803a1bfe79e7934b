using System.Runtime.InteropServices;
using Loky.Channel;

namespace Loky.Launch;

/// <summary>Tells a worker where shared values can be opened, and holds their memory until it has done that.</summary>
/// <remarks>Frames are replaced in the order in which they are sent, as numbers tell which was opened; they are released on any thread.</remarks>
internal sealed class ValuesInPlace(TaskJournal journal)
{
    private readonly Queue<(long Number, SharedMemory Memory)> _told = [];
    private long _count;

    /// <summary>Makes of the frame of a shared value one that tells where it is; any other is left as it is.</summary>
    public OutgoingFrame Replace(OutgoingFrame frame)
    {
        if (frame.Key is not { } key || !MemoryMarshal.TryGetMemoryManager(frame.Body, out SharedMemory? memory))
        {
            return frame;
        }

        lock (_told)
        {
            _told.Enqueue((++_count, memory));
        }

        var head = new PooledBuffer(256);
        int start = FrameWriter.Begin(head, FrameType.KeepInPlace);
        var writer = new WireWriter(head);
        writer.Write(key);
        writer.Write(memory.Path);
        writer.Write((long)memory.Start);
        writer.Write((long)frame.Body.Length);
        FrameWriter.End(head, start);
        return new OutgoingFrame(head, releaseBody: frame.Release);
    }

    /// <summary>Lets go of what the worker has opened.</summary>
    public void Release()
    {
        // Asked at each frame, of which hardly one finds any; what this does not see is there at the next.
        if (_told.Count == 0)
        {
            return;
        }

        lock (_told)
        {
            while (_told.TryPeek(out (long Number, SharedMemory Memory) first) && first.Number <= journal.Opened)
            {
                _ = _told.Dequeue();
            }
        }
    }

    /// <summary>Opens the value that a frame tells of, in the worker.</summary>
    /// <exception cref="ProtocolException">It cannot be opened.</exception>
    /// <exception cref="WireFormatException">The frame is malformed.</exception>
    public static (string Key, ReadOnlyMemory<byte> Bytes) Open(ref WireReader reader)
    {
        string key = reader.ReadRequiredString();
        string path = reader.ReadRequiredString();
        int start = reader.ReadInt32();
        int length = reader.ReadInt32();
        try
        {
            return (key, SharedMemory.Open(path, SharedMemories.NameOf(key), start, length).Memory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ProtocolException(exception.Message, exception);
        }
    }
}
