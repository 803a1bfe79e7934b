using System.ComponentModel;
using Loky.Launch;

namespace Loky.Remote;

/// <summary>Reaches a host by a command whose standard input and output lead there.</summary>
internal sealed class CommandConnector(HostCommand command, IHostBootstrap bootstrap) : IAgentConnector
{
    public string HostName => command.HostName;

    public string CommandText => command.Text;

    public int? Workers => command.Workers;

    public bool RenewsTime => command.RenewsTime;

    public IReadOnlyList<string> Arguments => command.Arguments;

    public async Task<IAgentChannel> ConnectAsync(Action<HostStage> stage, CancellationToken cancellationToken)
    {
        (HostProcess process, HostFacts facts) = await TalkAsync(
            (toHost, fromHost) => bootstrap.RunAsync(toHost, fromHost, () => stage(HostStage.Preparing)), stage, cancellationToken).ConfigureAwait(false);
        process.ShowErrors();
        stage(HostStage.Connected);
        return new CommandChannel(process, facts);
    }

    /// <summary>Talks with the host by two streams, the first of which the host reads, and ends the command then.</summary>
    /// <exception cref="HostConnectionException">The host cannot be reached.</exception>
    public async Task<T> ProbeAsync<T>(Func<Stream, Stream, Task<T>> talk, Action<HostStage> stage, CancellationToken cancellationToken)
    {
        (HostProcess process, T result) = await TalkAsync(talk, stage, cancellationToken).ConfigureAwait(false);
        await process.DisposeAsync().ConfigureAwait(false);
        return result;
    }

    private async Task<(HostProcess Process, T Result)> TalkAsync<T>(Func<Stream, Stream, Task<T>> talk, Action<HostStage> stage, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        HostProcess process = Start(stage);
        try
        {
            T result;
            using (cancellationToken.UnsafeRegister(static state => ((HostProcess)state!).Abort(), process))
            {
                result = await talk(process.Input, process.Output).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            return (process, result);
        }
        catch (Exception exception)
        {
            if (exception is HostPreparationException || cancellationToken.IsCancellationRequested)
            {
                process.Abort();
            }

            // Its input is closed by this; one that leads nowhere ends, and tells how.
            string ending = await EndAsync(process).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw new HostConnectionException(HostName, Explain(exception, ending, process.StandardError), exception)
            {
                WasKilled = exception is IOException && ending == HostProcess.Killed,
            };
        }
    }

    private static async Task<string> EndAsync(HostProcess process)
    {
        await process.DisposeAsync().ConfigureAwait(false);
        return await process.Ended.ConfigureAwait(false);
    }

    private HostProcess Start(Action<HostStage> stage)
    {
        stage(HostStage.Connecting);
        try
        {
            return HostProcess.Start(command, command.StageOf is null ? null : line =>
            {
                if (command.StageOf(line) is { } reached)
                {
                    stage(reached);
                }
            });
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException)
        {
            throw new HostConnectionException(HostName, MessageText.Format(Messages.HostCommandNotStarted, HostName, command.Text, exception.Message), exception);
        }
    }

    private string Explain(Exception exception, string ending, string standardError)
    {
        string message = exception switch
        {
            HostPreparationException => MessageText.Format(Messages.HostCannotRunWorkers, HostName, exception.Message),
            IOException => MessageText.Format(Messages.ReachCommandEnded, HostName, ending),
            _ => MessageText.Format(Messages.HostCannotRunWorkers, HostName, exception.Message),
        };
        if (exception is not HostPreparationException && bootstrap.AdviceFor(ending, standardError) is { } advice)
        {
            message += " " + advice;
        }

        message += Environment.NewLine + MessageText.Format(Messages.ReachCommand, command.Text);
        return standardError.Length == 0
            ? message
            : message + Environment.NewLine + MessageText.Format(Messages.ReachStandardError, StandardErrorText.Summarize(standardError));
    }
}
