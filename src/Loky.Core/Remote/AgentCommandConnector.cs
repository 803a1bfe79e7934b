using System.ComponentModel;

namespace Loky.Remote;

/// <summary>Reaches a host by a command whose standard input and output are those of a node agent.</summary>
internal sealed class AgentCommandConnector(HostCommand command) : IAgentConnector
{
    public string HostName => command.HostName;

    public string CommandText => command.Text;

    public int? Workers => command.Workers;

    public bool RenewsTime => command.RenewsTime;

    public Task<IAgentChannel> ConnectAsync(Action<HostStage> stage, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult<IAgentChannel>(new CommandChannel(HostProcess.Start(command, onErrorLine: null), facts: null));
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException)
        {
            throw new HostConnectionException(HostName, MessageText.Format(Messages.HostCommandNotStarted, HostName, command.Text, exception.Message), exception);
        }
    }
}
