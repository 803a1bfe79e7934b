namespace Loky.Channel;

/// <summary>Takes the connections of whoever comes to a meeting point.</summary>
internal abstract class FrameListener : IDisposable
{
    public abstract Task<FrameTransport> AcceptAsync(CancellationToken cancellationToken);

    public abstract void Dispose();
}
