using Loky.Channel;

namespace Loky.Remote;

/// <summary>Shows on this process's own stream what the workers of a node agent write to theirs.</summary>
internal sealed class ParentOutput(AgentLink link, int stream, Func<Stream> open)
{
    private readonly SerialQueue _queue = new();
    private Stream? _target;
    private int _inFlight;

    /// <summary>Takes what has come. It is copied.</summary>
    /// <exception cref="ProtocolException">There is more than may be under way.</exception>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        byte[] copy = bytes.ToArray();
        if (copy.Length == 0)
        {
            return;
        }

        if (Interlocked.Add(ref _inFlight, copy.Length) > AgentMessage.Window)
        {
            throw new ProtocolException(MessageText.Format(Messages.AgentOverWindow, stream, AgentMessage.Window));
        }

        _queue.Add(() =>
        {
            try
            {
                _target ??= open();
                _target.Write(copy);
                _target.Flush();
            }
            finally
            {
                _ = Interlocked.Add(ref _inFlight, -copy.Length);
                link.Send(AgentMessageWriter.Make(AgentMessageType.Credit, stream, copy.Length));
            }
        });
    }
}
