using Loky.Channel;

namespace Loky.Hosting;

/// <summary>A group's items as a runner sees them, with their account for the parent; for the thread that runs items.</summary>
internal sealed class ItemSource(BatchQueue queue, Outbox outbox, MemoryWatch memory)
{
    private const int LargeBatch = 32 << 20;
    private const int LargeItem = 1 << 20;

    private WorkerBatch? _batch;
    private bool _inItem;
    private int _errors;
    private bool _failed;
    private string? _errorId;
    private int _extensions;

    public WorkerGroup Group { get; private set; } = null!;

    public bool InItem => _inItem;

    /// <summary>Gets a value indicating whether a batch is left of which not all items were taken.</summary>
    public bool HasOpenBatch => _batch is { IsExhausted: false };

    /// <summary>Waits for the next batch of any group; returns false at the end of everything, or when groups ended.</summary>
    public bool TryOpen()
    {
        outbox.NoteGap();

        // Nobody asks for it while there is none, and what its items had in common may be large.
        Group = null!;

        // One that was given back is not to be opened: its group may have ended.
        while (_batch is null || _batch.IsExhausted)
        {
            CloseBatch();
            _batch = queue.Take(null);
            if (_batch is null)
            {
                return false;
            }
        }

        Group = _batch.Group;
        _extensions = Group.Extensions.Count;
        return true;
    }

    /// <summary>
    /// Takes the next item, which counts as started; false where the runner should return, for what is next is not of
    /// this group, or the group has got more that its items have in common.
    /// </summary>
    public bool TryNext(out ReadOnlyMemory<byte> item)
    {
        while (true)
        {
            if (_batch is null || !_batch.TryTake(out item, out long sequence))
            {
                CloseBatch();
                _batch = queue.Take(Group);
                if (_batch is null || Group.Extensions.Count > _extensions)
                {
                    item = default;
                    return false;
                }

                continue;
            }

            if (Group.IsCancelled)
            {
                outbox.BeginItem(Group.Id, sequence);
                outbox.Write(RecordKind.Cancelled, WireWriter.Nil);
                outbox.EndItem();
                continue;
            }

            WorkerContext.Attempt = _batch.Attempt;
            outbox.BeginItem(Group.Id, sequence);
            _inItem = true;
            return true;
        }
    }

    /// <summary>Gives back the memory in which a large item came, now that it is decoded: what the item writes may take as much.</summary>
    public void NoteDecoded()
    {
        if (_batch is { Size: >= LargeItem, IsExhausted: true })
        {
            _batch.Dispose();
        }
    }

    public void Write(RecordKind kind, ReadOnlySpan<byte> value) => outbox.Write(kind, value);

    /// <summary>Takes account of an error of the current item, and of whether it ends the item.</summary>
    public void NoteError(string? id, bool ends)
    {
        _errorId = _errors++ == 0 ? id : _errorId;
        _failed |= ends;
    }

    public void EndItem()
    {
        _inItem = false;
        if (memory.IsExceeded(out MemoryExcess excess))
        {
            // Told before the end of the item: with the last one of a batch the parent would send another.
            Leave(excess);
        }

        if (Group.WantsAccounts)
        {
            outbox.EndItem(_errors, _errorId, _failed);
        }
        else
        {
            outbox.EndItem();
        }

        (_errors, _failed, _errorId) = (0, false, null);
        if (_batch!.IsExhausted)
        {
            // The parent waits for the end of a batch to send the next one.
            outbox.Flush();
        }
    }

    public void CancelItem()
    {
        outbox.Write(RecordKind.Cancelled, WireWriter.Nil);
        EndItem();
    }

    /// <summary>Asks to be replaced, and gives back all that has not started.</summary>
    private void Leave(MemoryExcess excess)
    {
        using var frame = new PooledBuffer(32);
        excess.WriteFrame(frame);
        outbox.Send(frame);
        outbox.GiveBack(_batch!.FirstSequence, _batch);
        foreach (WorkerBatch batch in queue.Refuse())
        {
            outbox.GiveBack(batch.FirstSequence, batch);
            batch.Dispose();
        }
    }

    private void CloseBatch()
    {
        int size = _batch?.Size ?? 0;
        _batch?.Dispose();
        _batch = null;
        outbox.Flush();
        if (size >= LargeBatch)
        {
            // Else garbage values, one after another, would take new memory, which costs more than a collection.
            GC.Collect();
        }
    }
}
