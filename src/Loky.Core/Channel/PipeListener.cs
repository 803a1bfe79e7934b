using System.IO.Pipes;

namespace Loky.Channel;

/// <summary>Takes connections to a named pipe that only the user can open.</summary>
internal sealed class PipeListener : FrameListener
{
    // One that is connected to, and one for who comes after.
    private const int MaxInstances = 2;

    private readonly string _name;
    private NamedPipeServerStream _waiting;

    /// <summary>Creates the pipe.</summary>
    /// <exception cref="IOException">Another process has the pipe already.</exception>
    public PipeListener(string name)
    {
        _name = name;
        _waiting = Create(PipeOptions.FirstPipeInstance);
    }

    public override async Task<FrameTransport> AcceptAsync(CancellationToken cancellationToken)
    {
        NamedPipeServerStream pipe = _waiting;
        await pipe.WaitForConnectionAsync(cancellationToken).ConfigureAwait(false);

        // Somebody may come in the very moment; Wine 8 can also tell of a wait that was cancelled that somebody came.
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            _waiting = Create(PipeOptions.None);
        }
        catch (IOException)
        {
            pipe.Dispose();
            throw;
        }

        return new PipeTransport(pipe);
    }

    public override void Dispose() => _waiting.Dispose();

    /// <summary>With buffers of the system's choice a write would wait for whoever reads it.</summary>
    private NamedPipeServerStream Create(PipeOptions more) => new(
        _name,
        PipeDirection.InOut,
        MaxInstances,
        PipeTransmissionMode.Byte,
        PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly | more,
        FrameTransport.BufferSize,
        FrameTransport.BufferSize);
}
