using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Loky.Launch;

namespace Loky.Remote;

/// <summary>The standard streams of a command that leads to a node agent.</summary>
internal sealed class AgentCommandChannel : IAgentChannel
{
    private static readonly TimeSpan OutputGrace = TimeSpan.FromMilliseconds(500);

    private readonly Process _process;
    private readonly StandardErrorText _standardError = new();
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes over a process that was started with all its standard streams redirected.</summary>
    public AgentCommandChannel(Process process)
    {
        _process = process;
        ToAgent = process.StandardInput.BaseStream;
        FromAgent = process.StandardOutput.BaseStream;
        Task pump = OutputPump.RunAsync(process.StandardError.BaseStream, Stream.Null, _standardError);
        process.Exited += (_, _) => _exited.TrySetResult();
        process.EnableRaisingEvents = true;
        Ended = EndAsync(pump);
    }

    /// <inheritdoc/>
    public Stream ToAgent { get; }

    /// <inheritdoc/>
    public Stream FromAgent { get; }

    /// <inheritdoc/>
    public HostFacts? Facts => null;

    /// <inheritdoc/>
    public string StandardError => _standardError.Text;

    /// <inheritdoc/>
    public Task<string> Ended { get; }

    /// <inheritdoc/>
    public void Abort()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended already, or is about to.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Abort();
        _ = await Ended.ConfigureAwait(false);
        _process.Dispose();
    }

    private async Task<string> EndAsync(Task pump)
    {
        await _exited.Task.ConfigureAwait(false);
        await pump.WaitAsync(OutputGrace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        int code = _process.ExitCode;
        return new WorkerExit(_process.Id, code, string.Empty).Reason is var reason && reason.StartsWith("EXIT", StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"exit code {code}")
            : reason;
    }
}
