using Loky.Channel;
using Loky.Execution;
using Loky.Scheduling;
using Loky.Wire;

namespace Loky.Tests.Simulation;

/// <summary>A call of a simulated run: its items, its reader, and what became of each item.</summary>
internal sealed class SimulatedCall
{
    private readonly SimulatedRun _run;
    private readonly QueuedTaskGroup _group;
    private readonly int _number;
    private readonly int[] _ends;
    private readonly int[] _runs;
    private readonly bool[] _done;
    private readonly TimeSpan _readEvery;
    private readonly bool _ordered;
    private int _runsOfLost;
    private int _added;
    private long _nextIndex;
    private bool _readComes;
    private PooledBuffer _buffer = new();

    /// <summary>Makes a call, which begins when its first items are added.</summary>
    public SimulatedCall(SimulatedRun run, int number, int items, TaskGroupOptions options, bool ordered, TimeSpan readEvery)
    {
        (_run, _number, _ordered, _readEvery) = (run, number, ordered, readEvery);
        (_ends, _runs, _done) = (new int[items], new int[items], new bool[items]);
        Options = options;
        _group = new QueuedTaskGroup(TaskKind.Delegate, default, options, ordered, saturatedBytes: 500);
    }

    /// <summary>Gets how it is scheduled.</summary>
    public TaskGroupOptions Options { get; }

    /// <summary>Gets or sets a value indicating whether it was cancelled, or its pool ended, so that not every item has an end.</summary>
    public bool IsCutShort { get; set; }

    /// <summary>Gets a value indicating whether its reader has everything.</summary>
    public bool IsOver => _group.Results.IsOver;

    /// <summary>Gets a value indicating whether items of it wait that any idle worker could run.</summary>
    public bool HasWork =>
        !_group.IsOver && _group.CancelledAt is null && _group.Items.Count > 0 && !_group.IsSaturated
        && (Options.MaxWorkers is not { } limit || _group.WorkersServing < limit);

    /// <summary>Gives it to a pool.</summary>
    public void Begin(WorkerPool pool) => pool.AddGroup(_group);

    /// <summary>Adds items; returns whether more are to come.</summary>
    public bool Add(int count)
    {
        for (int i = 0; i < count && _added < _ends.Length; i++)
        {
            _buffer.Clear();
            new WireWriter(_buffer).Write(((long)_number << 16) | (uint)_added);
            _run.Check(_group.Add(ref _buffer) == _added++, "items are numbered in the order of the input");
            _group.Pool.Notify(_group);
        }

        if (_added < _ends.Length)
        {
            return true;
        }

        _group.CompleteAdding();
        _group.Pool.Notify(_group, completed: true);
        _buffer.Dispose();
        return false;
    }

    /// <summary>Cancels it.</summary>
    public void Cancel()
    {
        IsCutShort = true;
        _group.Pool.Cancel(_group);
    }

    /// <summary>Lets the reader read, or sees to it that it will.</summary>
    public void Read()
    {
        if (_readEvery == TimeSpan.Zero)
        {
            while (TakeOne())
            {
            }
        }
        else if (!_readComes && _group.Results.ReadyCount > 0)
        {
            _readComes = true;
            _run.Clock.After(_readEvery, () =>
            {
                _readComes = false;
                _ = TakeOne();
            });
        }
    }

    /// <summary>Notes that an item was started on a worker.</summary>
    public void OnStarted(int index, int attempt, bool isLost)
    {
        _runs[index]++;
        _run.Check(_runs[index] <= 1 + Options.Retries, $"item {index} of call {_number} runs no more often than it may");
        _run.Check(attempt <= 1 + Options.Retries && (isLost || attempt >= _runs[index] - _runsOfLost), $"item {index} of call {_number} knows which attempt it is");
        _run.Check(isLost || !_done[index], $"item {index} of call {_number} is not run again when a worker has done it");
        _runsOfLost += isLost ? 1 : 0;
        _run.Check(isLost || _ends[index] == 0, $"item {index} of call {_number} does not run after its end");
    }

    /// <summary>Notes that an item has ended on a worker that can still say so.</summary>
    public void OnEnded(int index) => _done[index] = true;

    /// <summary>Checks that it holds on to no worker that is gone.</summary>
    public void CheckWorkers(WorkerSet workers) =>
        _run.Check(_group.IsOver || _group.Workers.Count <= workers.Count, $"call {_number} knows no more workers than there are");

    /// <summary>Checks, once it is over, that each item has its end.</summary>
    public void CheckEnds()
    {
        IsCutShort |= _group.Results.Error is not null;
        for (int i = 0; i < _ends.Length; i++)
        {
            _run.Check(_ends[i] == 1 || (IsCutShort && _ends[i] == 0), $"item {i} of call {_number} has one end, and not {_ends[i]}");
        }
    }

    private bool TakeOne()
    {
        if (!_group.Results.TryTake(out ResultEntry entry))
        {
            return false;
        }

        int ended = 0;
        if (entry.Frame is { } frame)
        {
            ended = RecordReader.CountEnded(frame.Records);
            frame.Dispose();
        }
        else if (entry.Lost is { } loss)
        {
            ended = entry.Count;
            _run.OnItemsLost(loss is TaskTimeoutException timeout ? timeout.WorkerProcessId : ((TerminatedWorkerException)loss).WorkerProcessId, ended);
            for (int i = 0; i < ended; i++)
            {
                _run.Check(!_done[(int)entry.FirstIndex + i], $"item {entry.FirstIndex + i} of call {_number} is not lost when a worker has done it");
            }
        }

        _run.Check(ended == entry.Count, "an entry ends as many items as it says");
        if (_ordered && !IsCutShort && _group.Results.Error is null)
        {
            _run.Check(entry.FirstIndex == _nextIndex, $"results of call {_number} come in order: {entry.FirstIndex} where {_nextIndex} is next");
            _nextIndex += ended;
        }

        for (int i = 0; i < ended; i++)
        {
            int index = (int)entry.FirstIndex + i;
            _run.Check(++_ends[index] == 1, $"item {index} of call {_number} ends once");
        }

        return true;
    }
}
