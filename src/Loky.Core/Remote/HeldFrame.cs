using Loky.Channel;
using Loky.Wire;

namespace Loky.Remote;

/// <summary>A frame for any number of workers, whose memory is given back by the last that has it. Thread-safe.</summary>
internal sealed class HeldFrame(Frame frame)
{
    private int _users = 1;

    public int Size => Frame.HeaderSize + frame.Length;

    public void Use() => _ = Interlocked.Increment(ref _users);

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            frame.Dispose();
        }
    }

    /// <summary>Makes the frame for one worker, which gives a use back and calls <paramref name="onTaken"/> once it is sent or dropped.</summary>
    public OutgoingFrame ToFrame(Action onTaken)
    {
        var head = new PooledBuffer(Frame.HeaderSize);
        int start = FrameWriter.Begin(head, frame.Type);
        FrameWriter.End(head, start, frame.Length);
        return new OutgoingFrame(head, frame.Payload, () =>
        {
            Release();
            onTaken();
        });
    }
}
