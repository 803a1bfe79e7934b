using Loky.Channel;
using Loky.Execution;

namespace Loky.Scheduling;

/// <content>Which worker gets which items.</content>
internal sealed partial class Scheduler
{
    private const string ThisMachine = ":";

    private long _lookAgainAt = long.MaxValue;

    /// <summary>Gives waiting items to workers that can take some: idle ones first, then as a second batch.</summary>
    private void Dispatch(Turn turn)
    {
        _lookAgainAt = long.MaxValue;
        if (State is not (PoolState.Running or PoolState.Draining))
        {
            return;
        }

        _notices.Tell(_groups, turn);
        Signal.Open();
        bool pending = _groups.Exists(static group => group.Items.Count > 0);
        bool filled = pending && FeedIdle(turn) && FeedBehind(turn);
        bool started = StartForWaiting(turn);
        if (filled && !started && _groups.Exists(static group => group.Items.Count > 0) && Workers.AnyBusy && !Workers.AnyHeldBack)
        {
            // The end of the next batch dispatches again; without workers, or while they are held back, nothing might.
            Signal.Close();
        }

        if (Workers.AnyBusy && AnyRoom)
        {
            _lookAgainAt = Math.Min(_lookAgainAt, _recall.Ask(turn));
        }

        _flow.Release(turn);
    }

    /// <summary>Gives items to idle workers; tells whether each has got some: what one cannot have, none can.</summary>
    private bool FeedIdle(Turn turn)
    {
        while (Workers.OneIdle is { } worker)
        {
            if (!TryFeed(_options.HasHosts ? ElsewhereIfLost(worker) : worker, 0, turn))
            {
                return false;
            }
        }

        return true;
    }

    private bool FeedBehind(Turn turn)
    {
        if (_groups.Count > 1)
        {
            // What may wait behind what differs from worker to worker.
            bool filled = true;
            foreach (Worker worker in Workers.WithOneBatch)
            {
                filled &= TryFeed(worker, 1, turn);
            }

            return filled;
        }

        while (Workers.OneWithOneBatch is { } worker)
        {
            if (!TryFeed(worker, 1, turn))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryFeed(Worker worker, int depth, Turn turn)
    {
        for (int i = 0; i < _groups.Count; i++)
        {
            TaskGroup group = _groups[(_nextGroup + i) % _groups.Count];
            if (group.Items.Count == 0 || group.IsSaturated || (depth > 0 && !MayWaitBehind(worker, group)) || !MayServe(worker, group))
            {
                continue;
            }

            if (group.Items.GathersUntil is { } gathered && gathered > turn.Now)
            {
                _lookAgainAt = Math.Min(_lookAgainAt, gathered);
                continue;
            }

            int workers = Math.Min(Limit, group.Options.MaxWorkers ?? int.MaxValue);
            int room = _options.MaxTasksPerWorker > 0 ? (int)(_options.MaxTasksPerWorker - worker.LastSequence + worker.ReturnedItems) : int.MaxValue;
            if (!group.Items.TryTake(Math.Min(room, group.Sizer.Next(group.Items.Count, workers)), out ItemRange items))
            {
                continue;
            }

            group.OnTaken(items, worker.HostName);

            _nextGroup = (_nextGroup + i + 1) % _groups.Count;
            Send(worker, group, items, turn);
            if (items.Count == room)
            {
                Replace(worker, turn);
            }

            return true;
        }

        return false;
    }

    private void Send(Worker worker, TaskGroup group, ItemRange items, Turn turn)
    {
        long first = worker.Add(group, items, turn);
        if (worker.KnownTo != group)
        {
            group.Workers.Add(worker);
            worker.KnownTo = group;
        }

        _deadlines.Watch(worker, turn.Now);
        turn.Send(worker, new WorkerMessage(FrameType.Batch, group, first, items));
    }

    /// <summary>Tells whether items may wait in a worker: quick ones behind quick ones, or they could wait for ever.</summary>
    private static bool MayWaitBehind(Worker worker, TaskGroup group) =>
        group.Sizer.Prefetch && worker.Batches.Peek().Group.Sizer.Prefetch;

    private static bool MayServe(Worker worker, TaskGroup group) =>
        group.Options.MaxWorkers is not { } limit || group.WorkersServing < limit || worker.Serves(group);

    /// <summary>What killed a worker may not be on another host: items that are tried again go there, if one is free.</summary>
    private Worker ElsewhereIfLost(Worker worker)
    {
        string host = worker.HostName ?? ThisMachine;
        return _groups.Exists(group => group.Items.First?.LostOn == host)
            ? Workers.Idle.LastOrDefault(other => (other.HostName ?? ThisMachine) != host) ?? worker
            : worker;
    }
}
