using Loky.PowerShell.Hosts;

namespace Loky.PowerShell;

/// <summary>One item of a job of the pool, with its own streams and state.</summary>
public sealed class LokyChildJob : LokyJobBase
{
    private readonly LokyJob _parent;
    private volatile string _location;
    private JobState _outcome = JobState.Completed;

    internal LokyChildJob(LokyJob parent, object? item)
        : base(parent.Command, name: null)
    {
        _parent = parent;
        _location = parent.Location;
        Item = item;
        PSJobTypeName = nameof(LokyChildJob);
    }

    /// <inheritdoc/>
    public override bool HasMoreData => HasOwnData;

    /// <summary>Gets the host that the item runs on, or ran on last; before a worker has it, those that it may run on.</summary>
    public override string Location => _location;

    /// <summary>Gets why the item failed.</summary>
    public override string StatusMessage => Failure?.ToString() ?? string.Empty;

    /// <summary>Gets the input object; null once the item has ended.</summary>
    internal object? Item { get; private set; }

    private ErrorRecord? Failure { get; set; }

    /// <summary>Ends the child job: nothing more is taken from its item. One that waits or runs with others goes on unseen, as it
    /// cannot be stopped without them; with the last child the whole job is stopped.</summary>
    public override void StopJob()
    {
        if (TryMoveTo(JobState.Stopped))
        {
            _parent.OnChildStopped();
        }
    }

    /// <summary>Notes that a worker has the item; <paramref name="host"/> is null for this machine.</summary>
    internal void Begin(string? host)
    {
        _location = HostNames.Of(host);
        if (JobStateInfo.State == JobState.NotStarted)
        {
            _ = TryMoveTo(JobState.Running);
        }
    }

    /// <summary>Takes the error that ended the item: the reason of the state, which Receive-Job tells after all data.</summary>
    internal void Fail(ErrorRecord error)
    {
        Failure = error;
        _outcome = JobState.Failed;
        if (!CanTellReason)
        {
            Add(Error, error);
        }
    }

    internal void Cancel() => _outcome = JobState.Stopped;

    internal void End()
    {
        Item = null;
        _ = TryMoveTo(_outcome, ReasonOf(_outcome));
    }

    /// <summary>Ends a child whose item will not come to an end of its own.</summary>
    internal void GiveUp(JobState outcome)
    {
        Item = null;
        _ = TryMoveTo(outcome);
    }

    /// <summary>As PowerShell's own jobs have it, with the whole record in it: identifier and item.</summary>
    private RuntimeException? ReasonOf(JobState outcome) =>
        outcome == JobState.Failed && Failure is { } failure ? new RuntimeException(failure.ToString(), failure.Exception, failure) : null;
}
