using System.Diagnostics;
using Loky.Diagnosis;
using Loky.Execution;
using Loky.PowerShell.Hosts;
using Loky.Runs;

namespace Loky.PowerShell.Execution;

/// <summary>A call whose results the pipeline thread writes as they come; memory limits how much is under way.</summary>
internal sealed class ParallelCall : IParallelCall
{
    private const int MaxItemsInFlight = 16 * 1024;
    private const long MaxBytesInFlight = 64L << 20;

    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(1);

    private readonly QueuedTaskGroup _group;
    private readonly IItemWriter _itemWriter;
    private readonly EntryWriter _output;
    private readonly CallProgress _progress;
    private readonly ItemsInFlight _items = new();
    private readonly OpenCalls _open;
    private readonly WorkerPool _pool;
    private readonly TimeSpan _limit;
    private readonly Action? _tellLife;
    private readonly RunLog? _log;
    private readonly CmdletStreams _streams;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _begun = Stopwatch.GetTimestamp();
    private PooledBuffer _buffer = new();
    private TimeSpan _writeUntil;
    private bool _inputEnded;
    private bool _isCut;
    private bool _ended;
    private CallFailedException? _failure;

    public ParallelCall(PSCmdlet cmdlet, WorkerPool pool, CallTask task, CallOptions options, PoolChronicle? chronicle)
    {
        _streams = new CmdletStreams(cmdlet);
        _log = options.Log;
        CallActivity? activity = CallActivity.Start(cmdlet.MyInvocation.MyCommand.Name, pool.MaxWorkers);
        _group = new QueuedTaskGroup(task.Kind, task.Setup, options.Scheduling with { Cost = task.Cost }, options.Ordered)
        {
            Shared = task.Shared,
            Attempts = ItemActivities.Observe(_log, activity),
            Activity = activity,
            TraceParent = activity?.TraceParent,
        };
        _itemWriter = task.ItemWriter;
        if (_log is not null)
        {
            _itemWriter.MakeStable();
        }

        _limit = options.Limit;
        _writeUntil = HasLimit ? _limit + LastMoment : TimeSpan.MaxValue;
        _output = new EntryWriter(_group, _items, task.CreateWriter(_streams), _streams, HasLimit ? () => Elapsed >= _writeUntil : null);
        _progress = new CallProgress(cmdlet);
        pool.AddGroup(_group);

        // Another one, where that was stopped at this moment.
        _pool = _group.Pool;
        _tellLife = chronicle is null ? null : () => chronicle.WriteTo(cmdlet, _pool.Number);
        _log?.Attach(_pool);
        _open = new OpenCalls(_pool);
    }

    public Exception? Error => _failure ?? _group.Results.Error;

    private bool IsFull => _items.Count >= MaxItemsInFlight || (_items.Bytes >= MaxBytesInFlight && _items.Count > 1);

    private bool HasLimit => _limit != Timeout.InfiniteTimeSpan;

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_begun);

    private TimeSpan TimeLeft => HasLimit ? _limit - Elapsed : TimeSpan.MaxValue;

    public bool Add(object? item)
    {
        Submit(item);
        while (_group.Results.HasNews && TimeLeft > TimeSpan.Zero && _group.Results.TryTake(out ResultEntry entry))
        {
            Write(entry);
        }

        while (IsFull)
        {
            if (!WriteNext())
            {
                WriteRest();
                return false;
            }
        }

        ShowProgressIfDue();
        bool goesOn = TimeLeft > TimeSpan.Zero && !(_group.Results.HasNews && _group.Results.IsOver);
        if (!goesOn)
        {
            WriteRest();
        }

        return goesOn;
    }

    public bool Finish()
    {
        _inputEnded = true;
        _group.CompleteAdding();
        _group.Pool.Notify(_group, completed: true);
        while (WriteNext())
        {
        }

        WriteRest();
        FinishLog();
        _open.Dispose();
        _tellLife?.Invoke();
        _output.WriteNotes();
        _ended = _group.Results.IsOver && Error is null && !_isCut;
        return _ended;
    }

    public void Stop()
    {
        _stopped.TrySetResult();
        _log?.NoteClosing();
        _group.Results.Cancel();
        _group.Pool.Cancel(_group);
    }

    public void Dispose()
    {
        if (!_ended)
        {
            _ended = true;
            Stop();
        }

        _open.Dispose();
        _output.Dispose();
        _buffer.Dispose();
    }

    private void Submit(object? item)
    {
        _buffer.Clear();
        _itemWriter.Encode(_buffer, item, _log);
        if (_itemWriter.TakeExtension() is { } extension)
        {
            _group.Extend(extension);
        }

        if (_log is not null && !_log.Admit(_itemWriter.HashOf(_buffer.WrittenMemory.Span)))
        {
            return;
        }

        int size = _buffer.Length;
        _items.Add(_group.Add(ref _buffer), item, size);
        _group.Pool.Notify(_group);
    }

    private void FinishLog()
    {
        if (_log is null || _isCut || !_group.Results.IsOver)
        {
            return;
        }

        _ = Task.WaitAny(_log.Closed, _stopped.Task);
        TellOfLog();
        if (!_stopped.Task.IsCompleted && Error is null && _log.CheckInput() is { } fewer)
        {
            _streams.WriteFailure(Errors.OfLog(fewer), null);
        }
    }

    private void TellOfLog()
    {
        if (_log?.TakeFailure() is { } failure)
        {
            _streams.WriteFailure(Errors.OfLog(failure), null);
        }
    }

    private bool WriteNext()
    {
        while (true)
        {
            TimeSpan left = TimeLeft;
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            TimeSpan untilDue = _progress.UntilDue;
            if (_group.Results.Take(left < untilDue ? left : untilDue) is { } entry)
            {
                Write(entry);
                return true;
            }

            if (_group.Results.IsOver)
            {
                return false;
            }

            ShowProgressIfDue();
        }
    }

    private void Write(ResultEntry entry)
    {
        try
        {
            _tellLife?.Invoke();
            TellOfLog();
            if (!_output.Write(entry))
            {
                Cut();
            }
        }
        catch (CallFailedException exception)
        {
            _failure = exception;
            Stop();
        }
        catch
        {
            // A command further down has seen enough, and the bar must not outlive the call.
            _progress.TryComplete();
            throw;
        }

        ShowProgressIfDue();
    }

    /// <summary>Writes what is left at the end of the call. Where its time is over that is what came in time, and not what goes on
    /// coming, as far as those who read it take it within a moment.</summary>
    private void WriteRest()
    {
        int ready = _group.Results.ReadyCount;
        if (!_isCut && Elapsed > _writeUntil)
        {
            // The input came back long after the time was over.
            _writeUntil = Elapsed + LastMoment;
        }

        if (!_group.Results.IsComplete)
        {
            Cut();
        }

        try
        {
            for (; ready > 0 && Elapsed < _writeUntil && _group.Results.TryTake(out ResultEntry entry); ready--)
            {
                Write(entry);
            }

            _output.WriteRest();
        }
        catch (CallFailedException exception)
        {
            _failure ??= exception;
        }
        finally
        {
            _progress.TryComplete();
        }
    }

    /// <summary>Ends the items that have not ended, where the time is over.</summary>
    private void Cut()
    {
        _isCut = true;
        _group.Pool.Cancel(_group);
    }

    private void ShowProgressIfDue()
    {
        if (_progress.UntilDue == TimeSpan.Zero)
        {
            long running = Math.Max(0, _items.Count - _group.PendingCount);
            _progress.Show(_items.Added - _items.Count, running, _inputEnded ? _items.Added : null, HostNames.DescribeProgress(_pool));
        }
    }
}
