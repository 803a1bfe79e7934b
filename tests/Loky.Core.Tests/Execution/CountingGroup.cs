using System.Collections.Concurrent;
using Loky.Channel;
using Loky.Execution;
using Loky.Scheduling;
using Loky.Wire;
using Loky.Serialization;

namespace Loky.Tests.Execution;

/// <summary>A map over 0, 1, 2, … that counts for each item how often it ended, and how.</summary>
internal sealed class CountingGroup : TaskGroup
{
    private static readonly ValueSerializer Serializer = new(TypePolicy.DeclaredOnly);

    private readonly int[] _succeeded;
    private readonly int[] _failed;
    private readonly int[] _lost;
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _lateEnds;

    /// <summary>Creates the group with all its items.</summary>
    /// <param name="task">A function of an <see cref="int"/>; its results are counted and not looked at.</param>
    /// <param name="count">How many items there are.</param>
    /// <param name="options">How they are scheduled; null for the defaults.</param>
    public CountingGroup(Delegate task, int count, TaskGroupOptions? options = null)
        : base(TaskKind.Delegate, SetupOf(task), options ?? TaskGroupOptions.Default)
    {
        (_succeeded, _failed, _lost) = (new int[count], new int[count], new int[count]);
        var buffer = new PooledBuffer();
        for (int i = 0; i < count; i++)
        {
            buffer.Clear();
            Serializer.Write(buffer, i, typeof(int));
            _ = Add(ref buffer);
        }

        buffer.Dispose();
        CompleteAdding();
    }

    /// <summary>Gets what completes when the pool says that the group is over.</summary>
    public Task Completed => _completed.Task;

    /// <summary>Gets how many items there are.</summary>
    public int Count => _lost.Length;

    /// <summary>Gets the first reason of a loss.</summary>
    public Exception? FirstLoss { get; private set; }

    /// <summary>Gets how many items ended with a result.</summary>
    public int Succeeded => _succeeded.Sum();

    /// <summary>Gets how many items were lost to a dead worker.</summary>
    public int Lost => _lost.Sum();

    /// <summary>Gets how many items failed by themselves.</summary>
    public int Failed => _failed.Sum();

    /// <summary>Gets how many ends came after the group was over.</summary>
    public int LateEnds => Volatile.Read(ref _lateEnds);

    /// <summary>Gets the warnings about the way the group ran.</summary>
    public ConcurrentQueue<string> Warnings { get; } = new();

    /// <summary>Gets the items that did not end exactly once.</summary>
    public IEnumerable<int> NotOnce => Enumerable.Range(0, _lost.Length).Where(i => _succeeded[i] + _failed[i] + _lost[i] != 1);

    /// <summary>Tells whether an item ended with a result.</summary>
    public bool HasSucceeded(int item) => Volatile.Read(ref _succeeded[item]) > 0;

    /// <summary>Gives the group to a pool.</summary>
    public CountingGroup RunOn(WorkerPool pool)
    {
        pool.AddGroup(this);
        Pool.Notify(this, completed: true);
        return this;
    }

    internal override void OnRecords(RecordsFrame frame)
    {
        using (frame)
        {
            long index = frame.FirstIndex;
            int[] how = _succeeded;
            var records = new RecordReader(frame.Records);
            while (records.TryRead(out RecordKind kind, out _))
            {
                if (kind == RecordKind.Failed)
                {
                    how = _failed;
                }
                else if (kind == RecordKind.End)
                {
                    Note(how, index++);
                    how = _succeeded;
                }
            }
        }
    }

    internal override void OnItemsLost(long firstIndex, int count, Exception cause)
    {
        FirstLoss ??= cause;
        for (int i = 0; i < count; i++)
        {
            Note(_lost, firstIndex + i);
        }
    }

    internal override void OnWarning(string warning) => Warnings.Enqueue(warning);

    internal override void OnCompleted(Exception? error) => _ = error is null ? _completed.TrySetResult() : _completed.TrySetException(error);

    private static byte[] SetupOf(Delegate task)
    {
        using var setup = new PooledBuffer();
        Serializer.WriteDelegate(setup, task);
        return setup.WrittenSpan.ToArray();
    }

    private void Note(int[] how, long index)
    {
        if (_completed.Task.IsCompleted)
        {
            _ = Interlocked.Increment(ref _lateEnds);
        }

        _ = Interlocked.Increment(ref how[index]);
    }
}
