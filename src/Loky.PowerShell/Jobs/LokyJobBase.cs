using System.Management.Automation;
using System.Reflection;

namespace Loky.PowerShell;

/// <summary>What a job of the pool and its children share: a state that, once it is final, stays so.</summary>
public abstract class LokyJobBase : Job
{
    // Public for jobs of another base class, which can be suspended, alone. Where it is missing, an error is data of the job.
    private static readonly Action<Job, JobState, Exception>? SetStateWithReason =
        typeof(Job).GetMethod("SetJobState", BindingFlags.Instance | BindingFlags.NonPublic, [typeof(JobState), typeof(Exception)])
            ?.CreateDelegate<Action<Job, JobState, Exception>>();

    private readonly object _stateGate = new();
    private bool _disposed;

    private protected LokyJobBase(string command, string? name)
        : base(command, name)
    {
    }

    /// <inheritdoc/>
    public override string Location => "localhost";

    /// <summary>Gets a value indicating whether the state is final.</summary>
    internal bool IsOver => JobStateInfo.State is JobState.Completed or JobState.Failed or JobState.Stopped;

    private protected static bool CanTellReason => SetStateWithReason is not null;

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

    /// <summary>Changes the state, unless it is final. The lock is for those who end a job while its items do.</summary>
    private protected bool TryMoveTo(JobState state, Exception? reason = null)
    {
        lock (_stateGate)
        {
            if (IsOver || _disposed)
            {
                return false;
            }

            if (reason is not null && SetStateWithReason is { } setState)
            {
                setState(this, state, reason);
            }
            else
            {
                SetJobState(state);
            }

            return true;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (_stateGate)
        {
            _disposed = true;
        }

        base.Dispose(disposing);
    }
}
