namespace Loky.Channel;

/// <summary>Takes the connections of whoever comes to a meeting point.</summary>
internal abstract class FrameListener : IDisposable
{
    /// <summary>Waits for the next one.</summary>
    public abstract Task<FrameTransport> AcceptAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();
}
