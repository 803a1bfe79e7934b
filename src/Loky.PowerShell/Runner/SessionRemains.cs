using System.Management.Automation.Runspaces;

namespace Loky.PowerShell.Runner;

/// <summary>What scripts leave in a session beside names: subscribers, events that nobody took, jobs, breakpoints.</summary>
internal sealed class SessionRemains(Runspace runspace)
{
    private readonly HashSet<object> _kept = new(ReferenceEqualityComparer.Instance);
    private JobRepository? _jobs;

    /// <summary>Notes what is there now and stays after every call.</summary>
    public void Keep()
    {
        _kept.UnionWith(runspace.Events.Subscribers);
        _kept.UnionWith(Breakpoints());
        _kept.UnionWith(_jobs?.Jobs ?? []);
    }

    /// <summary>Tells where the jobs of the session are, which only a command of it learns: before the first call runs.</summary>
    public void NoteJobs(JobRepository jobs)
    {
        if (_jobs is null)
        {
            _jobs = jobs;
            _kept.UnionWith(jobs.Jobs);
        }
    }

    /// <summary>What cannot be removed must not keep the rest, or the worker, from going on.</summary>
    public void TakeBack()
    {
        foreach (PSEventSubscriber subscriber in runspace.Events.Subscribers.Where(IsNew).ToArray())
        {
            Try(() => runspace.Events.UnsubscribeEvent(subscriber));
        }

        Try(RemoveEvents);
        foreach (Job job in _jobs?.Jobs.Where(IsNew).ToArray() ?? [])
        {
            Try(() => _jobs!.Remove(job));

            // That can take as long as what it runs; it is not disposed of, as threads of its own may still use what it has.
            _ = Task.Run(() => Try(job.StopJob));
        }

        foreach (Breakpoint breakpoint in Breakpoints().Where(IsNew).ToArray())
        {
            Try(() => CommandInternals.RemoveBreakpoint.Invoke(runspace.Debugger, breakpoint));
        }
    }

    private IEnumerable<Breakpoint> Breakpoints() => CommandInternals.GetBreakpoints.Invoke(runspace.Debugger) as IEnumerable<Breakpoint> ?? [];

    private bool IsNew(object remain) => !_kept.Contains(remain);

    /// <summary>Removes the events that no subscriber waits for any more.</summary>
    private void RemoveEvents()
    {
        HashSet<string> awaited = new(runspace.Events.Subscribers.Select(static subscriber => subscriber.SourceIdentifier), StringComparer.OrdinalIgnoreCase);
        PSEventArgsCollection events = runspace.Events.ReceivedEvents;
        lock (events.SyncRoot)
        {
            for (int i = events.Count - 1; i >= 0; i--)
            {
                if (!awaited.Contains(events[i].SourceIdentifier))
                {
                    events.RemoveAt(i);
                }
            }
        }
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A handler of the user's may throw anything.
        }
    }
}
