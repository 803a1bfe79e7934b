using Loky.Diagnosis;
using Loky.Execution;
using Loky.Runs;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Execution;

namespace Loky.PowerShell.Jobs;

/// <summary>What runs behind a job: items are added by the pipeline thread, results are written by a background task, which alone
/// changes the children and ends the job.</summary>
internal sealed class JobRun : IDisposable
{
    private const long MaxBytesInFlight = 64L << 20;

    private readonly LokyJob _job;
    private readonly IItemWriter _itemWriter;
    private readonly QueuedTaskGroup _group;
    private readonly JobStreams _streams;
    private readonly EntryWriter _output;
    private readonly RunLog? _log;
    private readonly TimeSpan _limit;
    private readonly Deadline _timeout = new();

    // Guards the items. It is held while results are written, which may wait for a Receive-Job: no one can have a job
    // that still takes items, so nobody waits for both.
    private readonly object _gate = new();
    private readonly ItemsInFlight _items = new();
    private readonly ManualResetEventSlim _ended = new();
    private PooledBuffer _buffer = new();
    private int _failed;
    private bool _over;
    private int _writer;

    public JobRun(LokyJob job, InvocationInfo origin, WorkerPool pool, CallTask task, CallOptions options)
    {
        _job = job;
        _itemWriter = task.ItemWriter;
        _limit = options.Limit;
        _log = options.Log;
        if (_log is not null)
        {
            _itemWriter.MakeStable();
        }

        CallActivity? activity = CallActivity.Start(origin.MyCommand.Name, pool.MaxWorkers);
        _group = new QueuedTaskGroup(task.Kind, task.Setup, options.Scheduling with { Cost = task.Cost }, options.Ordered, announceStarts: true)
        {
            Shared = task.Shared,
            Attempts = ItemActivities.Observe(_log, activity),
            Activity = activity,
            TraceParent = activity?.TraceParent,
        };
        _streams = new JobStreams(job, origin);
        _output = new EntryWriter(_group, _items, task.CreateWriter(_streams), _streams);
        pool.AddGroup(_group);
        _log?.Attach(_group.Pool);
    }

    public long AddedCount => _items.Added + _failed;

    public long EndedCount => AddedCount - _items.Count;

    public void Begin()
    {
        _timeout.Set(_limit);
        _ = Task.Run(DrainAsync);
    }

    public void Add(object? item)
    {
        if (Volatile.Read(ref _over))
        {
            return;
        }

        _buffer.Clear();
        LokyChildJob child;
        try
        {
            _itemWriter.Encode(_buffer, item, _log);
            if (_itemWriter.TakeExtension() is { } extension)
            {
                _group.Extend(extension);
            }

            if (_log is not null && !_log.Admit(_itemWriter.HashOf(_buffer.WrittenMemory.Span)))
            {
                return;
            }

            child = AddChild(item);
        }
        catch (Exception exception) when (exception is TaskSerializationException or CaptureException)
        {
            _failed++;
            child = AddChild(item);
            _streams.WriteFailure(Errors.OfTask(exception, item), child);
            child.End();
            return;
        }

        lock (_gate)
        {
            while (_items.Bytes >= MaxBytesInFlight && !_over)
            {
                Monitor.Wait(_gate);
            }

            if (_over)
            {
                child.GiveUp(JobState.Stopped);
                return;
            }

            int size = _buffer.Length;
            _items.Add(_group.Add(ref _buffer), child, size);
        }

        _group.Pool.Notify(_group);
    }

    public void CompleteAdding()
    {
        if (_log?.CheckInput() is { } fewer)
        {
            _streams.WriteCallError(Errors.OfLog(fewer));
        }

        _group.CompleteAdding();
        _group.Pool.Notify(_group, completed: true);
    }

    /// <summary>Drops the items that wait and stops those that run; the end of the job follows.</summary>
    public void Stop()
    {
        _streams.IsStopping = true;
        _group.Pool.Cancel(_group);
    }

    /// <summary>Waits until the job has ended, unless it is the job itself that asks.</summary>
    public void WaitForEnd(TimeSpan patience)
    {
        if (Environment.CurrentManagedThreadId != Volatile.Read(ref _writer) && !_ended.Wait(patience))
        {
            // Not even the death of its workers has ended the items: what they still write is of no interest.
            _group.Results.Cancel();
        }
    }

    public void Dispose()
    {
        _timeout.Dispose();
        _buffer.Dispose();
    }

    private async Task DrainAsync()
    {
        ErrorRecord? error = null;
        try
        {
            error = await WriteAllAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Whatever it is, a job that nobody writes any more must end.
            _group.Pool.Cancel(_group);
            error = Errors.OfCall(exception);
        }

        await FinishLogAsync().ConfigureAwait(false);
        AsWriter(static (run, error) => run.Finish(error), error);
        _output.Dispose();
        _ended.Set();
    }

    private LokyChildJob AddChild(object? item)
    {
        var child = new LokyChildJob(_job, item);
        _job.ChildJobs.Add(child);
        return child;
    }

    private async Task FinishLogAsync()
    {
        if (_log is not null && _group.Results.IsOver)
        {
            await _log.Closed.ConfigureAwait(false);
            if (_log.TakeFailure() is { } failure)
            {
                _streams.WriteCallError(Errors.OfLog(failure));
            }
        }
    }

    /// <summary>Returns what ended the call ahead of its items.</summary>
    private async Task<ErrorRecord?> WriteAllAsync()
    {
        ErrorRecord? error = null;
        CancellationToken timeout = _timeout.Token;
        while (true)
        {
            try
            {
                if (await _group.Results.TakeAsync(timeout).ConfigureAwait(false) is not { } entry)
                {
                    lock (_gate)
                    {
                        AsWriter(static (run, _) => run._output.WriteRest(), 0);
                    }

                    return error ?? (_group.Results.Error is { } cause ? Errors.OfCall(cause) : null);
                }

                lock (_gate)
                {
                    AsWriter(static (run, entry) => run._output.Write(entry), entry);
                    Monitor.PulseAll(_gate);
                }
            }
            catch (OperationCanceledException) when (timeout.IsCancellationRequested)
            {
                timeout = CancellationToken.None;
                error = Errors.OfTimeout(_limit.TotalSeconds);
                Stop();
            }
        }
    }

    /// <summary>Calls what may run handlers of the user, who may want to stop the job and must not wait for themselves.</summary>
    private void AsWriter<T>(Action<JobRun, T> action, T argument)
    {
        Volatile.Write(ref _writer, Environment.CurrentManagedThreadId);
        try
        {
            action(this, argument);
        }
        finally
        {
            Volatile.Write(ref _writer, 0);
        }
    }

    private void Finish(ErrorRecord? error)
    {
        LokyChildJob[] left;
        lock (_gate)
        {
            _over = true;
            left = [.. _items.Items.Cast<LokyChildJob>()];
            Monitor.PulseAll(_gate);
        }

        foreach (LokyChildJob child in left)
        {
            child.GiveUp(_streams.IsStopping ? JobState.Stopped : JobState.Failed);
        }

        if (error is not null)
        {
            _streams.WriteCallError(error);
        }

        _job.Finish(OutcomeOf(error));
    }

    private JobState OutcomeOf(ErrorRecord? error)
    {
        if (error is null && _streams.IsStopping)
        {
            return JobState.Stopped;
        }

        return error is null && _job.ChildJobs.All(static child => child.JobStateInfo.State == JobState.Completed)
            ? JobState.Completed
            : JobState.Failed;
    }
}
