namespace Loky.Remote;

internal sealed class CommandChannel(HostProcess process, HostFacts? facts) : IAgentChannel
{
    public Stream ToAgent => process.Input;

    public Stream FromAgent => process.Output;

    public HostFacts? Facts => facts;

    public string StandardError => process.StandardError;

    public Task<string> Ended => process.Ended;

    public void Abort() => process.Abort();

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
