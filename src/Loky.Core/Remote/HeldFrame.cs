using Loky.Channel;
using Loky.Execution;

namespace Loky.Remote;

/// <summary>
/// A shared value for any number of workers: the frame that brought it, whose memory is given back by the last that has it, or
/// <paramref name="shared"/>, which is in memory that they share. Thread-safe.
/// </summary>
internal sealed class HeldFrame(Frame frame, SharedValue? shared = null)
{
    private int _users = 1;

    public int Size { get; } = Frame.HeaderSize + frame.Length;

    /// <summary>Gets a value indicating whether it needs the frame that brought it.</summary>
    public bool HasFrame => shared is null;

    public void Use() => _ = Interlocked.Increment(ref _users);

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0 && HasFrame)
        {
            frame.Dispose();
        }
    }

    /// <summary>Makes the frame for one worker, which gives a use back and calls <paramref name="onTaken"/> once it is sent or dropped.</summary>
    public OutgoingFrame ToFrame(Action onTaken)
    {
        if (shared is not null)
        {
            return shared.ToFrame(GiveBack);
        }

        var head = new PooledBuffer(Frame.HeaderSize);
        int start = FrameWriter.Begin(head, frame.Type);
        FrameWriter.End(head, start, frame.Length);
        return new OutgoingFrame(head, frame.Payload, GiveBack);

        void GiveBack()
        {
            Release();
            onTaken();
        }
    }
}
