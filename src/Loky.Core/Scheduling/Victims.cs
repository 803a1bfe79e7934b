namespace Loky.Scheduling;

/// <summary>Items that may have started on a worker that died, and what becomes of them.</summary>
internal readonly record struct Victims(ItemRange Items, Batch Batch)
{
    // Those killed from outside, for lack of memory say, may have better luck for a while longer.
    private const int MaxDeathsBeforeStart = 3;
    private const int MaxKillsBeforeStart = 30;

    public bool IsRetried => Items.Attempt <= Batch.Group.Options.Retries;

    /// <summary>Takes from a dead worker what may have started, up to <paramref name="started"/>; puts the rest back.</summary>
    /// <remarks>There can be many, of two batches, where a worker went on unheard, or its journal cannot be read.</remarks>
    public static List<Victims> Take(Worker worker, long started, WorkerExit exit)
    {
        List<Victims> victims = [];
        started = Math.Max(started, BlameFirst(worker, started, exit));

        // Last batch first, so that what is put back in front ends up in its old order.
        foreach (Batch batch in worker.Batches.Reverse())
        {
            ItemRange rest = batch.Rest;
            long restFirst = batch.FirstSequence + batch.Ended;
            int lost = (int)Math.Clamp(started - restFirst + 1, 0, rest.Count);
            if (lost > 0 && !batch.Group.IsOver)
            {
                victims.Add(new Victims(rest.Take(lost), batch));
            }

            if (rest.Count > lost)
            {
                batch.Group.Items.PutBack(rest.Skip(lost));
            }
        }

        return victims;
    }

    /// <summary>An item that kills workers before it has started must end too: after some deaths it counts as started.</summary>
    private static long BlameFirst(Worker worker, long started, WorkerExit exit)
    {
        if (!worker.Batches.TryPeek(out Batch? first) || !worker.WasReady)
        {
            return started;
        }

        long next = first.FirstSequence + first.Ended;
        if (started >= next || worker.EndedSequence > 0)
        {
            first.Group.DeathsBeforeStart = 0;
            return started;
        }

        first.Group.DeathsBeforeStart++;
        return first.Group.DeathsBeforeStart >= (exit.WasKilled ? MaxKillsBeforeStart : MaxDeathsBeforeStart) ? next : started;
    }
}
