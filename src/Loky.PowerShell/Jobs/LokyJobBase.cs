namespace Loky.PowerShell;

/// <summary>What a job of the pool and its children share: a state that, once it is final, stays so.</summary>
public abstract class LokyJobBase : Job
{
    private readonly object _stateGate = new();
    private readonly Queue<(JobState State, Exception? Reason)> _changes = new();
    private volatile bool _isOver;
    private bool _isChanging;
    private int _teller;
    private bool _disposed;
    private JobRepository? _repository;
    private bool _isBack;

    private protected LokyJobBase(string command, string? name)
        : base(command, name)
    {
    }

    /// <summary>Gets a value indicating whether the state is final, or about to be.</summary>
    internal bool IsOver => _isOver;

    private protected static bool CanTellReason => CommandInternals.SetJobState.IsPresent;

    private protected bool HasOwnData =>
        Output.Count > 0 || Error.Count > 0 || Warning.Count > 0 || Verbose.Count > 0 || Debug.Count > 0 || Information.Count > 0 || Progress.Count > 0;

    /// <summary>Adds a record, unless the job was ended, or is thrown away, at this very moment.</summary>
    internal void Add<T>(PSDataCollection<T> stream, T record)
    {
        if (IsOver)
        {
            return;
        }

        try
        {
            stream.Add(record);
        }
        catch (InvalidOperationException) when (IsOver || _disposed)
        {
            // Whoever stops a job wants nothing more of it.
        }
    }

    /// <summary>Changes the state, unless it is final. Handlers run outside the lock, as Receive-Job has one wait for a thread
    /// that may dispose of the job meanwhile; one thread at a time calls them, so that they hear in order.</summary>
    private protected bool TryMoveTo(JobState state, Exception? reason = null)
    {
        lock (_stateGate)
        {
            if (_isOver || _disposed)
            {
                return false;
            }

            _isOver = state is JobState.Completed or JobState.Failed or JobState.Stopped;
            _changes.Enqueue((state, reason));
            if (_isChanging)
            {
                return true;
            }

            _isChanging = true;
            _teller = Environment.CurrentManagedThreadId;
        }

        while (NextChange() is { } change)
        {
            SetState(change.State, change.Reason);
        }

        return true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (_stateGate)
        {
            // Where a job ends while Receive-Job -AutoRemoveJob writes what it has so far, that command removes it, and its
            // handler of the end, which has waited for that, once more: to be there no more would be an error.
            if (!_disposed && _isChanging && _teller != Environment.CurrentManagedThreadId)
            {
                _isBack = TryChange(static (repository, job) => repository.Add(job));
            }

            _disposed = true;
        }

        base.Dispose(disposing);
    }

    internal void AddTo(JobRepository repository)
    {
        _repository = repository;
        repository.Add(this);
    }

    private bool TryChange(Action<JobRepository, Job> change)
    {
        try
        {
            if (_repository is not null)
            {
                change(_repository, this);
                return true;
            }
        }
        catch (ArgumentException)
        {
            // It is there, or is there no more: somebody else has seen to that.
        }

        return false;
    }

    private (JobState State, Exception? Reason)? NextChange()
    {
        lock (_stateGate)
        {
            if (_changes.TryDequeue(out (JobState State, Exception? Reason) change))
            {
                return change;
            }

            _isChanging = false;
            if (_isBack)
            {
                _isBack = false;
                _ = TryChange(static (repository, job) => repository.Remove(job));
            }

            return null;
        }
    }

    private void SetState(JobState state, Exception? reason)
    {
        if (reason is not null && CommandInternals.SetJobState.Info is { } setState)
        {
            setState(this, state, reason);
        }
        else
        {
            SetJobState(state);
        }
    }
}
