using System.ComponentModel;
using Loky.Launch;

namespace Loky.Remote;

/// <summary>Reaches a host by a command whose standard input and output lead there.</summary>
internal sealed class CommandConnector(HostCommand command, IHostBootstrap bootstrap) : IAgentConnector
{
    /// <inheritdoc/>
    public string HostName => command.HostName;

    /// <inheritdoc/>
    public string CommandText => command.Text;

    /// <inheritdoc/>
    public int? Workers => command.Workers;

    /// <inheritdoc/>
    public async Task<IAgentChannel> ConnectAsync(Action<HostStage> stage, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        HostProcess process = Start(stage);
        try
        {
            HostFacts facts;
            using (cancellationToken.UnsafeRegister(static state => ((HostProcess)state!).Abort(), process))
            {
                facts = await bootstrap.RunAsync(process.Input, process.Output, () => stage(HostStage.Preparing)).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            process.ShowErrors();
            stage(HostStage.Connected);
            return new CommandChannel(process, facts);
        }
        catch (Exception exception)
        {
            bool refused = exception is HostPreparationException;
            if (refused || cancellationToken.IsCancellationRequested)
            {
                process.Abort();
            }

            // Its input is closed by this; one that leads nowhere ends, and tells how.
            string ending = await EndAsync(process).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw new HostConnectionException(HostName, Explain(exception, ending, process.StandardError), exception);
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
            IOException => MessageText.Format(Messages.HostCommandEnded, HostName, ending),
            _ => MessageText.Format(Messages.HostCannotRunWorkers, HostName, exception.Message),
        };
        if (exception is not HostPreparationException && bootstrap.AdviceFor(ending, standardError) is { } advice)
        {
            message += " " + advice;
        }

        message += Environment.NewLine + MessageText.Format(Messages.HostCommand, command.Text);
        return standardError.Length == 0
            ? message
            : message + Environment.NewLine + MessageText.Format(Messages.HostStandardError, StandardErrorText.Summarize(standardError));
    }

    private sealed class CommandChannel(HostProcess process, HostFacts facts) : IAgentChannel
    {
        public Stream ToAgent => process.Input;

        public Stream FromAgent => process.Output;

        public HostFacts Facts => facts;

        public string StandardError => process.StandardError;

        public Task<string> Ended => process.Ended;

        public void Abort() => process.Abort();

        public ValueTask DisposeAsync() => process.DisposeAsync();
    }
}
