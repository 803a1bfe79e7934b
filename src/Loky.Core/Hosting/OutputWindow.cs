using System.Diagnostics;
using Loky.Channel;

namespace Loky.Hosting;

/// <summary>How far a worker's output may be ahead of what its parent acknowledged: who writes more waits in its item.</summary>
/// <param name="journal">What tells that it waits.</param>
/// <param name="isAcknowledged">Whether the parent acknowledges at all: for one that does not, nobody waits.</param>
/// <remarks>A wait is not the item's time: the journal tells of it, and has the item's start moved forward after it.</remarks>
internal sealed class OutputWindow(TaskJournal journal, bool isAcknowledged = true)
{
    /// <summary>How many bytes may be sent and not acknowledged before a further record has to wait.</summary>
    public const int Size = 4 << 20;

    private readonly object _gate = new();
    private long _ahead;
    private long _heldTicks;
    private long _heldSince;
    private int _waiting;

    /// <summary>Gets the time of all waits so far, in ticks of the <see cref="Stopwatch"/>.</summary>
    public long HeldTicks => Volatile.Read(ref _heldTicks);

    public void Note(int bytes) => Interlocked.Add(ref _ahead, bytes);

    /// <summary>Takes the parent's word that it has received so many bytes, and wants more.</summary>
    public void Acknowledge(long bytes)
    {
        lock (_gate)
        {
            _ = Interlocked.Add(ref _ahead, -bytes);
            Monitor.PulseAll(_gate);
        }
    }

    public void Await()
    {
        if (!isAcknowledged || Volatile.Read(ref _ahead) < Size)
        {
            return;
        }

        lock (_gate)
        {
            Begin();
            while (Volatile.Read(ref _ahead) >= Size)
            {
                Monitor.Wait(_gate);
            }

            End();
        }
    }

    /// <summary>Does something while an item runs, whose time is not the item's.</summary>
    public void Exclude(Action action)
    {
        lock (_gate)
        {
            Begin();
        }

        try
        {
            action();
        }
        finally
        {
            lock (_gate)
            {
                End();
            }
        }
    }

    private void Begin()
    {
        if (_waiting++ == 0)
        {
            _heldSince = Stopwatch.GetTimestamp();
            journal.HeldSince = _heldSince;
        }
    }

    private void End()
    {
        if (--_waiting == 0)
        {
            // In this order: who looks in between sees an item that runs for a shorter time than it does.
            long held = Stopwatch.GetTimestamp() - _heldSince;
            _ = Interlocked.Add(ref _heldTicks, held);
            journal.StartedAt += held;
            journal.HeldSince = 0;
        }
    }
}
