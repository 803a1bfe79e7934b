using Loky.Execution;
using Loky.PowerShell.Execution;
using Loky.PowerShell.Hosts;
using Loky.PowerShell.Jobs;

namespace Loky.PowerShell;

/// <summary>A call that runs as a job of the session: a child job for each item, as <c>ForEach-Object -Parallel -AsJob</c> has
/// them. What concerns the call as a whole is in the streams of the job itself.</summary>
public sealed class LokyJob : LokyJobBase
{
    // Longer than the pool gives a worker to stop its item before it ends the worker.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private readonly JobRun _run;

    internal LokyJob(PSCmdlet cmdlet, string command, string? name, WorkerPool pool, CallTask task, CallOptions options)
        : base(command, name)
    {
        Location = HostNames.Of(pool);
        PSJobTypeName = nameof(LokyJob);
        _run = new JobRun(this, cmdlet.MyInvocation, pool, task, options);
        SetJobState(JobState.Running);
        _run.Begin();
    }

    /// <inheritdoc/>
    public override bool HasMoreData => HasOwnData || ChildJobs.Any(static child => child.HasMoreData);

    /// <summary>Gets the hosts that the items run on.</summary>
    public override string Location { get; }

    /// <summary>Gets how far the job is.</summary>
    public override string StatusMessage => MessageText.Format(Messages.JobStatus, _run.EndedCount, _run.AddedCount);

    /// <summary>Drops the items that wait, stops those that run, and waits for them.</summary>
    public override void StopJob()
    {
        if (TryMoveTo(JobState.Stopping))
        {
            _run.Stop();
            _run.WaitForEnd(StopPatience);
        }
    }

    /// <summary>Adds an item, and waits while too much is under way.</summary>
    internal void AddItem(object? item) => _run.Add(item);

    internal void CompleteAdding() => _run.CompleteAdding();

    /// <summary>Stops the job without waiting for it.</summary>
    internal void RequestStop() => _run.Stop();

    internal void OnChildStopped()
    {
        if (ChildJobs.All(static child => ((LokyChildJob)child).IsOver))
        {
            _run.Stop();
        }
    }

    internal void Finish(JobState state) => TryMoveTo(state);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            StopJob();
            _run.Dispose();
            foreach (Job child in ChildJobs)
            {
                child.Dispose();
            }
        }

        base.Dispose(disposing);
    }
}
