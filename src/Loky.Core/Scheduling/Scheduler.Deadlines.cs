using Loky.Channel;
using Loky.Execution;

namespace Loky.Scheduling;

/// <content>Everything that happens because time has passed.</content>
internal sealed partial class Scheduler
{
    /// <summary>Tells when to call again, as a time stamp; <see cref="long.MaxValue"/> for never.</summary>
    public long NextTick(long now)
    {
        if (_stopped)
        {
            return long.MaxValue;
        }

        long next = Math.Min(_lookAgainAt, _deadlines.Next);
        return _startsWait ? Math.Min(next, Deadlines.After(now, _starts.PauseLeft(now))) : next;
    }

    public void OnTick(Turn turn)
    {
        while (_deadlines.TryTake(turn.Now, out Worker worker))
        {
            if (_deadlines.IsOver(worker, turn.Now))
            {
                Expire(worker, turn);
            }

            _deadlines.Watch(worker, turn.Now);
        }

        if (_startsWait || _lookAgainAt <= turn.Now)
        {
            Dispatch(turn);
        }
    }

    private void Expire(Worker worker, Turn turn)
    {
        if (worker.Batches.TryPeek(out Batch? running))
        {
            TaskGroup group = running.Group;
            turn.Break(worker, group.CancelledAt is null
                ? new BreakReason(MessageText.Format(Messages.TaskTimedOut, group.Options.TaskTimeout!.Value.TotalSeconds)) { IsTaskTimeout = true }
                : new BreakReason(worker.Can(Capabilities.Cancel) ? MessageText.Format(Messages.WorkerRefusedToStop, Deadlines.CancelGrace.TotalSeconds) : Messages.WorkerCannotStop));
        }
        else if (worker.State == WorkerState.Ready)
        {
            Retire(worker, turn);
        }
        else
        {
            turn.Break(worker, worker.State == WorkerState.Starting
                ? new BreakReason(MessageText.Format(Messages.InitializerTimedOut, InitializerTimeout.TotalSeconds)) { IsStartTimeout = true }
                : new BreakReason(Messages.WorkerRefusedToEnd));
        }
    }
}
