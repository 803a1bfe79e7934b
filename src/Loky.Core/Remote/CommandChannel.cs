namespace Loky.Remote;

/// <summary>The standard streams of a command that leads to a node agent.</summary>
internal sealed class CommandChannel(HostProcess process, HostFacts? facts) : IAgentChannel
{
    /// <inheritdoc/>
    public Stream ToAgent => process.Input;

    /// <inheritdoc/>
    public Stream FromAgent => process.Output;

    /// <inheritdoc/>
    public HostFacts? Facts => facts;

    /// <inheritdoc/>
    public string StandardError => process.StandardError;

    /// <inheritdoc/>
    public Task<string> Ended => process.Ended;

    /// <inheritdoc/>
    public void Abort() => process.Abort();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
