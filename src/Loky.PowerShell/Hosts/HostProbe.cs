using System.Diagnostics;
using System.Runtime.InteropServices;
using Loky.Execution;
using Loky.PowerShell.Launch;
using Loky.Remote;

namespace Loky.PowerShell.Hosts;

internal static class HostProbe
{
    /// <summary>Starts to find out, for each node of a host; several at a time.</summary>
    public static IEnumerable<Task<LokyHostTest>> Start(WorkerHost host, TimeSpan limit, CancellationToken cancellationToken) => host.IsThisMachine
        ? [Task.FromResult(OfThisMachine(host))]
        : host.CreateConnectors().OfType<CommandConnector>().Select(connector => TestAsync(connector, limit, cancellationToken));

    private static LokyHostTest OfThisMachine(WorkerHost host) => new()
    {
        HostName = host.Name,
        Success = true,
        MachineName = Environment.MachineName,
        PowerShell = PowerShellHost.Version.ToString(),
        DotNet = Environment.Version.ToString(),
        OperatingSystem = $"{RuntimeInformation.OSDescription} ({RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()})",
        ProcessorCount = CpuCount.Available,
        Workers = host.Workers ?? CpuCount.Available,
        ModulePath = Path.GetDirectoryName(typeof(HostProbe).Assembly.Location),
        BytesToCopy = 0,
    };

    private static async Task<LokyHostTest> TestAsync(CommandConnector connector, TimeSpan limit, CancellationToken cancellationToken)
    {
        await Task.Yield();
        long start = Stopwatch.GetTimestamp();
        HostStage reached = HostStage.Idle;
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(limit);
        try
        {
            (HostFacts facts, string? refusal, HostAnswer module) =
                await connector.ProbeAsync(HostBootstrap.ProbeAsync, stage => reached = stage, timer.Token).ConfigureAwait(false);
            return new LokyHostTest
            {
                HostName = connector.HostName,
                Success = refusal is null,
                MachineName = facts.MachineName,
                PowerShell = facts.Versions["PowerShell"],
                DotNet = facts.Versions[".NET"],
                OperatingSystem = facts.OperatingSystem,
                ProcessorCount = facts.ProcessorCount,
                Workers = connector.Workers ?? facts.ProcessorCount,
                ModulePath = module.Found ?? module.Caches?.FirstOrDefault(),
                BytesToCopy = refusal is not null ? null : module.Found is null ? ModulePackage.Current.Size : 0,
                Command = connector.Arguments,
                Elapsed = Stopwatch.GetElapsedTime(start),
                Error = refusal,
            };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new LokyHostTest
            {
                HostName = connector.HostName,
                Command = connector.Arguments,
                Workers = connector.Workers,
                Elapsed = Stopwatch.GetElapsedTime(start),
                Error = exception is OperationCanceledException
                    ? MessageText.Format(reached == HostStage.Queued ? Messages.HostStillQueued : Messages.HostNoAnswer, connector.HostName, limit.TotalSeconds, connector.CommandText)
                    : exception.Message,
            };
        }
    }
}
