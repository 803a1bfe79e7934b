using System.ComponentModel;
using System.Diagnostics;
using Loky.Launch;

namespace Loky.Remote;

/// <summary>Reaches a host by a command whose standard input and output are those of a node agent.</summary>
internal sealed class AgentCommandConnector(string hostName, IReadOnlyList<string> command, int? workers) : IAgentConnector
{
    /// <inheritdoc/>
    public string HostName => hostName;

    /// <inheritdoc/>
    public string CommandText => string.Join(' ', command.Select(static part => part.Length > 0 && !part.Any(char.IsWhiteSpace) ? part : $"\"{part}\""));

    /// <inheritdoc/>
    public int? Workers => workers;

    /// <inheritdoc/>
    public Task<IAgentChannel> ConnectAsync(Action<HostStage> stage, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var info = new ProcessStartInfo(command[0])
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in command.Skip(1))
        {
            info.ArgumentList.Add(argument);
        }

        WorkerRuntime.SwitchOff(info.Environment);
        try
        {
            Process process = Process.Start(info) ?? throw new InvalidOperationException(MessageText.Format(Messages.WorkerNotStarted, command[0]));
            return Task.FromResult<IAgentChannel>(new AgentCommandChannel(process));
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException)
        {
            throw new HostConnectionException(hostName, MessageText.Format(Messages.AgentCommandFailed, hostName, CommandText, exception.Message), exception);
        }
    }
}
