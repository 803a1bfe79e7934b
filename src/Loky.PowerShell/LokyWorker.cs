using Loky.Execution;
using Loky.Scheduling;

namespace Loky.PowerShell;

/// <summary>A worker process at one moment, as <c>Get-LokyExecutor</c> shows it.</summary>
public sealed class LokyWorker
{
    internal LokyWorker(WorkerStatus status)
    {
        Id = status.ProcessId;
        Number = status.Number;
        HostName = status.HostName;
        State = status.State == WorkerState.Ready ? (status.TasksRunning > 0 ? "Busy" : "Idle") : status.State.ToString();
        TasksRunning = status.TasksRunning;
        TasksDone = status.TasksDone;
    }

    /// <summary>Gets the process id; 0 before there is a process.</summary>
    public int Id { get; }

    /// <summary>Gets the number within the executor: 1, 2, 3, …</summary>
    public int Number { get; }

    /// <summary>Gets the host that it runs on; null for this machine.</summary>
    public string? HostName { get; }

    /// <summary>Gets the state: Starting, Idle, Busy, Retiring, Broken or Gone.</summary>
    public string State { get; }

    /// <summary>Gets the number of items that it has.</summary>
    public int TasksRunning { get; }

    /// <summary>Gets the number of items that it has run.</summary>
    public long TasksDone { get; }
}
