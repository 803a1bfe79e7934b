using System.Diagnostics;
using Loky.Channel;
using Loky.Wire;

namespace Loky.Execution;

/// <content>Which worker gets which items, and when a worker is started for them.</content>
internal sealed partial class WorkerPool
{
    private const int CopyAtMost = 64 * 1024;

    /// <summary>Gives waiting items to workers that can take some: idle ones first, then as a second batch.</summary>
    private void Dispatch(PoolEffects effects)
    {
        _lookAgainAt = long.MaxValue;
        if (_state is not (PoolState.Running or PoolState.Draining))
        {
            return;
        }

        TellOfCap(effects);
        TellOfHosts(effects);
        TellStartRecords(effects);

        // See Notify: open the slots, then look. A slot stays open when there was nothing to fill it with. With a full
        // fence, or the look could come first.
        _ = Interlocked.Exchange(ref _openSlots, 1);
        bool pending = _groups.Exists(static group => group.PendingCount > 0);
        bool filled = pending && FeedIdle(effects) && FeedBehind(effects);
        bool started = StartForWaiting(effects);
        if (filled && !started && _groups.Exists(static group => group.PendingCount > 0) && Workers.AnyBusy && !Workers.AnyHeldBack)
        {
            // Every slot is taken and items wait: the end of the next batch dispatches again. Without workers, or while they
            // are held back, nothing might.
            Volatile.Write(ref _openSlots, 0);
        }

        RecallWaiting(effects);
        ReleaseHeldBack(effects);
        ScheduleTimer();
    }

    /// <summary>Gives items to workers that have none. Tells whether each has got some: what one cannot have, none can.</summary>
    private bool FeedIdle(PoolEffects effects)
    {
        while (Workers.OneIdle is { } worker)
        {
            if (!TryFeed(_options.Hosts.Count == 0 ? worker : ElsewhereIfLost(worker), 0, effects))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Gives items to workers that run others. Tells whether each has got some.</summary>
    private bool FeedBehind(PoolEffects effects)
    {
        if (_groups.Count > 1)
        {
            // What may wait behind what differs from worker to worker.
            bool filled = true;
            foreach (Worker worker in Workers.WithOneBatch)
            {
                filled &= TryFeed(worker, 1, effects);
            }

            return filled;
        }

        while (Workers.OneWithOneBatch is { } worker)
        {
            if (!TryFeed(worker, 1, effects))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryFeed(Worker worker, int depth, PoolEffects effects)
    {
        for (int i = 0; i < _groups.Count; i++)
        {
            TaskGroup group = _groups[(_nextGroup + i) % _groups.Count];
            if (group.PendingCount == 0 || group.IsSaturated || (depth > 0 && !MayWaitBehind(worker, group)) || !MayServe(worker, group))
            {
                continue;
            }

            if (group.GathersUntil is { } gathered && gathered > Now)
            {
                _lookAgainAt = Math.Min(_lookAgainAt, gathered);
                continue;
            }

            int workers = Math.Min(Limit, group.Options.MaxWorkers ?? int.MaxValue);
            int room = _options.MaxTasksPerWorker > 0 ? (int)(_options.MaxTasksPerWorker - worker.LastSequence + worker.ReturnedItems) : int.MaxValue;
            if (!group.TryTake(Math.Min(room, group.Sizer.Next(group.PendingCount, workers)), worker.HostName, out ItemRange items))
            {
                continue;
            }

            _nextGroup = (_nextGroup + i + 1) % _groups.Count;
            Send(worker, group, items);
            effects.Pump(worker);
            if (items.Count == room)
            {
                Replace(worker, effects);
            }

            return true;
        }

        return false;
    }

    /// <summary>
    /// Tells whether items may wait in a worker behind what it runs: only where both are known to be quick, or they could
    /// wait for ever behind a task of somebody else while other workers have nothing to do.
    /// </summary>
    private static bool MayWaitBehind(Worker worker, TaskGroup group) =>
        group.Sizer.Prefetch && worker.Batches.Peek().Group.Sizer.Prefetch;

    private static bool MayServe(Worker worker, TaskGroup group) =>
        group.Options.MaxWorkers is not { } limit || group.WorkersServing < limit || worker.Serves(group);

    private void Send(Worker worker, TaskGroup group, ItemRange items)
    {
        var head = new PooledBuffer();
        if (group.Kind != TaskKind.Call)
        {
            worker.KnownGroups.WriteTo(head, group);
        }

        ReadOnlyMemory<byte> body = group.BytesOf(items);
        int start = FrameWriter.Begin(head, FrameType.Batch);
        var batch = new WireWriter(head);
        batch.Write((long)group.Id);
        batch.Write((long)group.Kind);
        batch.Write(worker.LastSequence + 1);
        batch.Write((long)items.Count);
        batch.Write((long)items.Attempt);
        bool copy = body.Length <= CopyAtMost;
        FrameWriter.End(head, start, body.Length);
        if (copy)
        {
            batch.WriteRaw(body.Span);
        }

        worker.Add(new Batch(group, items, worker.LastSequence + 1) { SentAt = group.Attempts is null ? default : DateTime.UtcNow }, Now);
        group.Workers.Add(worker);
        Watch(worker);
        worker.Enqueue(new OutgoingFrame(head, copy ? default : body));
    }

    /// <summary>Ends a group when nothing of it is left anywhere.</summary>
    private void CompleteIfDone(TaskGroup group, PoolEffects effects)
    {
        if (group.IsOver || group.BatchesOut > 0 || !group.IsDrained)
        {
            return;
        }

        group.IsOver = true;
        _groups.Remove(group);
        foreach (Worker worker in group.Workers)
        {
            if (worker.KnownGroups.Remove(group) && worker.CanTake)
            {
                worker.Enqueue(FrameType.GroupEnd, group);
                effects.Pump(worker);
            }
        }

        effects.Then(() => group.OnCompleted(null));
        StopIfDone(effects);
    }
}
