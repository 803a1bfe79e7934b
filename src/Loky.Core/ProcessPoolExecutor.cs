using Loky.Execution;
using Loky.Launch;

namespace Loky;

/// <summary>
/// Runs compiled delegates in persistent worker processes. Cannot deadlock: whoever dies and whenever, each task ends
/// exactly once, with its result, its own error, a cancellation, or <see cref="TerminatedWorkerException"/>.
/// </summary>
/// <remarks>
/// Thread-safe. Workers start with the first tasks and end when idle, with the executor, or with this process. An
/// executor that is dropped without being disposed of finishes what it was given and then ends its workers.
/// </remarks>
public sealed class ProcessPoolExecutor : IAsyncDisposable, IDisposable
{
    private readonly ValueSerializer _serializer;

    /// <summary>Creates an executor. Starts no process yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its bounds.</exception>
    /// <exception cref="LokyRecursionException">This process is a worker, nested too deep already.</exception>
    public ProcessPoolExecutor(ExecutorOptions? options = null)
        : this(CreatePool(options ?? new ExecutorOptions()))
    {
    }

    internal ProcessPoolExecutor(WorkerPool pool)
    {
        Pool = pool;
        _serializer = new ValueSerializer(TypePolicy.DeclaredOnly, pool.Options.Converters);
    }

    /// <summary>Finishes what was given and ends the workers, without waiting.</summary>
    ~ProcessPoolExecutor() => Pool?.Shutdown(kill: false);

    /// <summary>Gets the largest number of workers.</summary>
    public int MaxWorkers => Pool.MaxWorkers;

    /// <summary>Gets the process ids of the workers there are now.</summary>
    public IReadOnlyList<int> WorkerProcessIds => [.. Pool.GetStatus().Workers.Where(static worker => worker.ProcessId > 0).Select(static worker => worker.ProcessId)];

    internal WorkerPool Pool { get; }

    /// <summary>Runs a function in a worker.</summary>
    /// <param name="task">The function; what it captures is sent along.</param>
    /// <param name="cancellation">Cancels the task, also while it runs.</param>
    /// <exception cref="TaskSerializationException">The task cannot be sent.</exception>
    /// <exception cref="ShutdownExecutorException">The executor was shut down.</exception>
    /// <exception cref="BrokenExecutorException">The executor is broken.</exception>
    public Task<TResult> Submit<TResult>(Func<TResult> task, CancellationToken cancellation = default) =>
        SubmitCall<TResult>(task, [], cancellation);

    /// <summary>Runs a function of one argument in a worker.</summary>
    /// <inheritdoc cref="Submit{TResult}(Func{TResult}, CancellationToken)"/>
    public Task<TResult> Submit<T, TResult>(Func<T, TResult> task, T argument, CancellationToken cancellation = default) =>
        SubmitCall<TResult>(task, [argument], cancellation);

    /// <summary>Runs a function of two arguments in a worker.</summary>
    /// <inheritdoc cref="Submit{TResult}(Func{TResult}, CancellationToken)"/>
    public Task<TResult> Submit<T1, T2, TResult>(Func<T1, T2, TResult> task, T1 argument1, T2 argument2, CancellationToken cancellation = default) =>
        SubmitCall<TResult>(task, [argument1, argument2], cancellation);

    /// <summary>Runs a function in a worker that is told there when it is no longer wanted.</summary>
    /// <inheritdoc cref="Submit{TResult}(Func{TResult}, CancellationToken)"/>
    public Task<TResult> Submit<TResult>(Func<CancellationToken, TResult> task, CancellationToken cancellation = default) =>
        SubmitCall<TResult>(task, [], cancellation);

    /// <summary>Runs an action in a worker.</summary>
    /// <inheritdoc cref="Submit{TResult}(Func{TResult}, CancellationToken)"/>
    public Task Submit(Action task, CancellationToken cancellation = default) =>
        SubmitCall<object?>(task, [], cancellation);

    /// <summary>Runs an action of one argument in a worker.</summary>
    /// <inheritdoc cref="Submit{TResult}(Func{TResult}, CancellationToken)"/>
    public Task Submit<T>(Action<T> task, T argument, CancellationToken cancellation = default) =>
        SubmitCall<object?>(task, [argument], cancellation);

    /// <summary>Runs a function on each of many items, several at a time.</summary>
    /// <param name="task">The function.</param>
    /// <param name="items">The items; enumerated no faster than results are taken.</param>
    /// <param name="options">Order, batches, time limits; null for the defaults.</param>
    /// <param name="cancellation">Ends the map and stops the running items.</param>
    /// <returns>
    /// The results, in the order of the items unless the options say otherwise; the first failure ends the map. To enumerate them
    /// throws <see cref="IOException"/> where a log cannot be used or, after the last result, could not be written in full,
    /// and <see cref="InvalidDataException"/> where it is none, or that of something else.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its bounds.</exception>
    /// <exception cref="ArgumentException">A log is to be gone on with, or replaced, and there is no path of one.</exception>
    public IAsyncEnumerable<TResult> Map<T, TResult>(
        Func<T, TResult> task, IEnumerable<T> items, MapOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(items);
        options ??= new MapOptions();
        options.Validate();
        return new MapRun<T, TResult>(this, _serializer, task, items, options).RunAsync(cancellation);
    }

    /// <summary>Changes the largest number of workers. Surplus ones finish what they have; the others stay.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of its bounds.</exception>
    public void Resize(int maxWorkers)
    {
        new ExecutorOptions { MaxWorkers = maxWorkers }.Validate();
        Pool.MaxWorkers = maxWorkers;
    }

    /// <summary>Takes no more tasks, and ends the workers when those it has are done.</summary>
    /// <param name="wait">Whether to wait until the last worker has ended.</param>
    /// <param name="killWorkers">Whether to kill the workers; their tasks get a <see cref="ShutdownExecutorException"/>.</param>
    public void Shutdown(bool wait = true, bool killWorkers = false)
    {
        Pool.Shutdown(killWorkers);
        if (wait)
        {
            Pool.Stopped.Wait();
        }
    }

    /// <summary>Shuts the executor down and waits for its tasks.</summary>
    public void Dispose()
    {
        Shutdown();
        GC.SuppressFinalize(this);
    }

    /// <summary>Shuts the executor down and waits for its tasks.</summary>
    public async ValueTask DisposeAsync()
    {
        Shutdown(wait: false);
        await Pool.Stopped.ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    private static WorkerPool CreatePool(ExecutorOptions options)
    {
        options.Validate();
        return new WorkerPool(PoolOptions.Of(options, DotNetHost.CreateCommand()));
    }

    private Task<TResult> SubmitCall<TResult>(Delegate task, ReadOnlySpan<object?> arguments, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled<TResult>(cancellation);
        }

        var invoke = task.GetType().GetMethod("Invoke")!;
        var item = new PooledBuffer();
        try
        {
            new WireWriter(item).WriteArrayHeader(1 + arguments.Length);
            _serializer.WriteDelegate(item, task);
            for (int i = 0; i < arguments.Length; i++)
            {
                _serializer.Write(item, arguments[i], invoke.GetParameters()[i].ParameterType);
            }

            var call = new CallGroup<TResult>(_serializer, invoke.ReturnType, TypePolicy.ForResultsOf(task));
            call.Add(ref item);
            call.CompleteAdding();
            Pool.AddGroup(call);
            call.CancelWith(cancellation);
            call.Pool.Notify(call, completed: true);
            return call.Future;
        }
        finally
        {
            item.Dispose();
        }
    }
}
