using System.Globalization;
using Loky.Remote;

namespace Loky.PowerShell.Hosts;

/// <summary>Nodes of a Slurm cluster: a step of <c>srun</c> for each, as the tasks of one step mix their streams.</summary>
internal sealed record SlurmRequest
{
    // The output of a step that is not buffered is a terminal, to which PowerShell writes more than it is told to.
    private static readonly string[] OverPipe = ["sh", "-c", "\"$@\" | cat", "sh"];

    public required string Name { get; init; }

    /// <summary>Gets how many workers there are to be on all nodes together.</summary>
    public required int Workers { get; init; }

    public required int WorkersPerNode { get; init; }

    /// <summary>Gets the partition; null for Slurm's own choice.</summary>
    public string? Partition { get; init; }

    /// <summary>Gets the time limit, as Slurm writes it; null for Slurm's own choice.</summary>
    public string? Time { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Gets the PowerShell on the nodes; null for the first on the PATH.</summary>
    public string? PowerShellPath { get; init; }

    public WorkerHost ToHost()
    {
        var nodes = new List<HostCommand>();
        for (int left = Workers; left > 0; left -= WorkersPerNode)
        {
            int workers = Math.Min(left, WorkersPerNode);
            string name = Workers <= WorkersPerNode ? Name : string.Create(CultureInfo.InvariantCulture, $"{Name}/{nodes.Count + 1}");
            nodes.Add(CommandHost.CommandOf(name, CommandFor(workers), [.. OverPipe, PowerShellPath ?? "pwsh", .. HostBootstrap.Arguments], workers) with
            {
                StageOf = SlurmStages.Of,
                EndsWithInput = true,
                RenewsTime = AsksForAllocation,
            });
        }

        return CommandHost.Create(Name, Workers, nodes);
    }

    /// <summary>Gets a value indicating whether a step gets its own allocation: not within one, nor where one is named.</summary>
    private bool AsksForAllocation =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("SLURM_JOB_ID")) && !Arguments.Any(static argument => argument.StartsWith("--jobid", StringComparison.Ordinal));

    private List<string> CommandFor(int workers)
    {
        // Without "unbuffered" the output of the step is kept until a line of text ends, and frames have no lines.
        List<string> command =
        [
            "srun", "--job-name=loky", "--nodes=1", "--ntasks=1", string.Create(CultureInfo.InvariantCulture, $"--cpus-per-task={workers}"), "--exact", "--unbuffered", "--kill-on-bad-exit=1",
        ];
        if (Partition is not null)
        {
            command.Add("--partition=" + Partition);
        }

        if (Time is not null)
        {
            command.Add("--time=" + Time);
        }

        return [.. command, .. Arguments];
    }
}
