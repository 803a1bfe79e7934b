using Loky.Channel;
using Loky.Connections;
using Loky.Execution;

namespace Loky.Scheduling;

/// <content>When a worker is started, and what becomes of the pool where none gets ready.</content>
internal sealed partial class Scheduler
{
    private StartRetries _starts;
    private bool _startAll;
    private bool _startsWait;
    private int _nextWorkerNumber = 1;

    /// <summary>Gets a value indicating whether a worker has nothing to do, or another might be started.</summary>
    private bool AnyRoom => Workers.IdleCount > 0 || (Workers.LiveCount < Limit && _starts.Failures == 0 && Workers.StartingCount == 0);

    /// <summary>
    /// Starts a worker where there is none, for items that will come: it gets ready while they are being prepared. Not on hosts,
    /// where a start may cost others something, such as a place in a queue, and the items may never come.
    /// </summary>
    public void ExpectItems(Turn turn)
    {
        if (State == PoolState.Running && !_options.HasHosts && Workers.LiveCount == 0 && _starts.Failures == 0)
        {
            StartWorker(turn);
        }
    }

    /// <summary>Starts workers for items that no worker is coming for; tells whether workers are on their way.</summary>
    private bool StartForWaiting(Turn turn)
    {
        int starting = Workers.StartingCount;
        int most = Limit;
        int room = Math.Max(0, most - Workers.LiveCount);
        bool all = false;
        long wanted = 0;
        foreach (TaskGroup group in _groups)
        {
            if (group.Items.Count > 0 && !group.IsSaturated)
            {
                // A named number means all, but for a call that may not use so many, of which those serving it count.
                all |= _startAll && group.Options.MaxWorkers is null;
                wanted += Math.Min(1 + ((group.Items.Count - 1) / group.Sizer.Least), group.Options.MaxWorkers is { } limit ? Math.Max(0, limit - group.WorkersServing) : most);
            }
        }

        int idle = Workers.IdleCount;
        int start = (int)Math.Clamp(all ? room : wanted - starting - idle, 0, room);
        if (start > 0 && _starts.PauseLeft(turn.Now) > TimeSpan.Zero)
        {
            // It is looked at again when the pause is over.
            _startsWait = true;
            return true;
        }

        _startsWait = false;
        for (int i = 0; i < start; i++)
        {
            StartWorker(turn);
        }

        return starting + start > 0;
    }

    /// <summary>Starts a worker in the place of one that goes, unless starts fail: then only for items that wait.</summary>
    private void StartInPlace(Turn turn)
    {
        if (Workers.LiveCount < Limit && _starts.Failures == 0)
        {
            StartWorker(turn);
        }
    }

    private void StartWorker(Turn turn)
    {
        var worker = new Worker(_nextWorkerNumber++, turn.Now, Workers);
        Workers.Add(worker);
        turn.Do(CommandKind.Start, worker);
    }

    private void OnStartFailed(Worker worker, ConnectionEnd end, Turn turn)
    {
        _starts.Note(worker.StartedAt, end.Exit.WasKilled, turn.Now);

        // One that is of another version, or lacks something, would be no other the next time.
        bool isHopeless = _starts.IsHopeless(turn.Now) || end.Failure is IncompatiblePeerException;
        if (worker.ReportedFailure is not null || worker.BreakReason is { IsStartTimeout: true } || (!end.IsAccountedFor && isHopeless && Workers.ReadyCount == 0))
        {
            BreakPool(worker, end.Exit, end.Failure, turn);
        }
    }

    private void BreakPool(Worker worker, WorkerExit exit, Exception? failure, Turn turn)
    {
        // A start is given up as cancelled where its process has ended, and then the exit says all.
        bool isTooLate = worker.ReportedFailure is null && worker.BreakReason is { IsStartTimeout: true };
        bool isUnprepared = isTooLate || worker.ReportedFailure is not null || failure is IncompatiblePeerException;
        Exception cause = worker.ReportedFailure
            ?? (failure is IncompatiblePeerException || (exit.ProcessId == 0 && failure is not null)
                ? failure
                : exit.ToException(worker.BreakReason?.Message ?? (failure is OperationCanceledException ? null : failure?.Message), wasStarting: true));
        string reason = isTooLate ? worker.BreakReason!.Message : cause.Message;
        if (isUnprepared && exit.HostName is { } host)
        {
            reason = MessageText.Format(Messages.ReasonOfHost, host, reason);
        }

        BreakPool(
            new BrokenExecutorException(
                isUnprepared ? MessageText.Format(Messages.ExecutorNotPrepared, reason) : MessageText.Format(Messages.ExecutorBroken, _starts.Failures, reason),
                cause),
            reason,
            turn);
    }

    private void BreakPool(BrokenExecutorException error, string reason, Turn turn)
    {
        _startsWait = false;
        BrokenBy = error;
        Transition(PoolEvent.StartupFailed);
        turn.Do(CommandKind.TellBroken, reason);
        EndAllGroups(error, turn);
        BreakWorkers(Messages.WorkerBrokenWithExecutor, turn);
    }
}
