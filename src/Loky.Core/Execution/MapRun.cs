using System.Diagnostics;
using System.Runtime.CompilerServices;
using Loky.Channel;
using Loky.Diagnosis;
using Loky.Runs;
using Loky.Scheduling;

namespace Loky.Execution;

/// <summary>One map over many items: takes items from their source only as fast as results are taken from it.</summary>
/// <remarks>Holds the executor, not just its pool: one that nobody holds is collected, and takes no more tasks.</remarks>
internal sealed class MapRun<T, TResult>(ProcessPoolExecutor executor, ValueSerializer serializer, Func<T, TResult> task, IEnumerable<T> items, MapOptions options)
{
    private const int MaxItemsInFlight = 16 * 1024;
    private const long MaxBytesInFlight = 64L << 20;

    private static readonly TimeSpan FillAtLeast = TimeSpan.FromMilliseconds(10);

    private readonly ResultReader<TResult> _reader = new(serializer, TypePolicy.ForResultsOf(task));
    private readonly List<TResult> _results = [];
    private readonly Dictionary<long, int> _inFlight = [];
    private PooledBuffer _buffer = new();
    private RunLog? _log;
    private long _bytesInFlight;

    /// <summary>Runs the map; the first failure, in the order of the results, ends it.</summary>
    public async IAsyncEnumerable<TResult> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var timeout = new Deadline(cancellation: cancellation);
        if (options.Timeout is { } limit)
        {
            timeout.Set(limit);
        }

        QueuedTaskGroup group = Begin();
        try
        {
            using IEnumerator<T> source = items.GetEnumerator();
            bool more = true;
            while (true)
            {
                more = more && Fill(group, source, timeout.Token);
                ResultEntry? entry = await TakeAsync(group, timeout.Token, cancellation).ConfigureAwait(false);
                if (entry is null)
                {
                    break;
                }

                _results.Clear();
                Exception? failure = Decode(entry);
                foreach (TResult result in _results)
                {
                    yield return result;
                }

                if (failure is not null)
                {
                    throw failure;
                }
            }

            if (group.Results.Error is { } error)
            {
                throw error;
            }

            await FinishLogAsync(timeout.Token).ConfigureAwait(false);
        }
        finally
        {
            _log?.NoteClosing();
            group.Results.Cancel();
            group.Pool.Cancel(group);
            _buffer.Dispose();
        }
    }

    private QueuedTaskGroup Begin()
    {
        using var setup = new PooledBuffer();
        serializer.WriteDelegate(setup, task);
        SharedValue? shared = setup.Length is >= SharedMemory.MinSize and <= SharedValue.MaxSize ? SharedValue.Of(setup.WrittenSpan, setup.FirstLargeBlock) : null;
        _log = MapLog.Open(options, task.Method, executor.Pool.MaxWorkers);
        CallActivity? activity = CallActivity.Start(nameof(ProcessPoolExecutor.Map), executor.Pool.MaxWorkers);
        var group = new QueuedTaskGroup(
            TaskKind.Delegate,
            shared is null ? setup.WrittenSpan.ToArray() : [],
            new TaskGroupOptions { Cost = ItemCosts.Of(task.Method), BatchSize = options.BatchSize, MaxWorkers = options.MaxWorkers, TaskTimeout = options.TaskTimeout == Timeout.InfiniteTimeSpan ? null : options.TaskTimeout, Retries = options.Retries },
            options.Ordered)
        {
            Shared = shared is null ? [] : [shared],
            Attempts = ItemActivities.Observe(_log, activity),
            Activity = activity,
            TraceParent = activity?.TraceParent,
        };
        try
        {
            executor.Pool.AddGroup(group);
        }
        catch (Exception exception)
        {
            _log?.Abandon(exception);
            throw;
        }

        _log?.Attach(group.Pool);
        return group;
    }

    private bool Admit()
    {
        try
        {
            return _log is null || _log.Admit(ItemHash.Of(_buffer.WrittenSpan));
        }
        catch (RunLogException exception)
        {
            throw MapLog.ToPublic(exception);
        }
    }

    private void Encode(T item)
    {
        _buffer.Clear();
        try
        {
            serializer.Write(_buffer, item, typeof(T));
        }
        catch (TaskSerializationException exception)
        {
            _log?.NoteNotSent(exception.GetType().Name);
            throw;
        }
    }

    private async Task FinishLogAsync(CancellationToken cancellation)
    {
        if (_log is not null)
        {
            await _log.Closed.WaitAsync(cancellation).ConfigureAwait(false);
            if ((_log.TakeFailure() ?? _log.CheckInput()) is { } problem)
            {
                throw MapLog.ToPublic(problem);
            }
        }
    }

    /// <summary>
    /// Takes items from the source until enough is under way or, where the source is slow, there are results to read or
    /// the map is to end; returns false at the source's end.
    /// </summary>
    private bool Fill(QueuedTaskGroup group, IEnumerator<T> source, CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        while (_inFlight.Count < MaxItemsInFlight && (_bytesInFlight < MaxBytesInFlight || _inFlight.Count == 0))
        {
            if (Stopwatch.GetElapsedTime(begun) > FillAtLeast && (group.Results.ReadyCount > 0 || cancellation.IsCancellationRequested))
            {
                return true;
            }

            if (!source.MoveNext())
            {
                group.CompleteAdding();
                group.Pool.Notify(group, completed: true);
                return false;
            }

            Encode(source.Current);
            if (!Admit())
            {
                continue;
            }

            int size = _buffer.Length;
            long index = group.Add(ref _buffer);
            _inFlight.Add(index, size);
            _bytesInFlight += size;
            group.Pool.Notify(group);
        }

        return true;
    }

    private async ValueTask<ResultEntry?> TakeAsync(QueuedTaskGroup group, CancellationToken timeout, CancellationToken cancellation)
    {
        try
        {
            return await group.Results.TakeAsync(timeout).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(MessageText.Format(Messages.CallTimedOut, options.Timeout!.Value.TotalSeconds));
        }
    }

    /// <summary>Reads the results of an entry; returns what ends the map after them, if anything does.</summary>
    private Exception? Decode(ResultEntry entry)
    {
        if (entry.Lost is { } lost)
        {
            return lost;
        }

        using RecordsFrame frame = entry.Frame!;
        return _reader.Read(frame, _results, index =>
        {
            if (_inFlight.Remove(index, out int size))
            {
                _bytesInFlight -= size;
            }
        });
    }
}
