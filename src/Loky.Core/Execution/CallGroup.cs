using Loky.Channel;
using Loky.Scheduling;

namespace Loky.Execution;

/// <summary>A single submitted task: a group of one item whose end completes a future.</summary>
internal sealed class CallGroup<TResult>(ValueSerializer serializer, Type resultType, TypePolicy policy) : TaskGroup(TaskKind.Call, default, OneAtATime)
{
    // A task may wait for another one: it must never sit behind it in a worker.
    private static readonly TaskGroupOptions OneAtATime = new() { MayQueueInWorker = false };

    private readonly TaskCompletionSource<TResult> _future = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancellation;

    public Task<TResult> Future => _future.Task;

    /// <summary>Cancels the task with <paramref name="token"/>: the future at once, the work as soon as it can stop.</summary>
    public void CancelWith(CancellationToken token)
    {
        if (token.CanBeCanceled)
        {
            _cancellation = token.UnsafeRegister(
                static (state, token) =>
                {
                    var call = (CallGroup<TResult>)state!;
                    if (call._future.TrySetCanceled(token))
                    {
                        call.Pool.Cancel(call);
                    }
                },
                this);
            if (_future.Task.IsCompleted)
            {
                // It ended before it was registered: nobody else will take it off a token that may live long.
                _ = _cancellation.Unregister();
            }
        }
    }

    internal override void OnRecords(RecordsFrame frame)
    {
        using (frame)
        {
            var records = new RecordReader(frame.Records);
            while (records.TryRead(out RecordKind kind, out ReadOnlyMemory<byte> value))
            {
                Complete(kind, value);
            }
        }
    }

    internal override void OnItemsLost(long firstIndex, int count, Exception cause) => _future.TrySetException(cause);

    internal override void OnCompleted(Exception? error)
    {
        _ = _cancellation.Unregister();

        // Only a task that was never started can get here without an end of its own.
        _ = error is null ? _future.TrySetCanceled() : _future.TrySetException(error);
    }

    private void Complete(RecordKind kind, ReadOnlyMemory<byte> value)
    {
        try
        {
            var reader = new WireReader(value);
            switch (kind)
            {
                case RecordKind.Output when resultType == typeof(void):
                    _future.TrySetResult(default!);
                    break;
                case RecordKind.Output:
                    var result = (TResult)serializer.Read(ref reader, resultType, policy)!;
                    reader.EnsureEnd();
                    _future.TrySetResult(result);
                    break;
                case RecordKind.Failed:
                    _future.TrySetException(serializer.ReadException(ref reader, policy));
                    break;
                case RecordKind.Cancelled:
                    _future.TrySetCanceled();
                    break;
            }
        }
        catch (Exception exception)
        {
            // Whatever reading the result made of it: it is this task's own error, and no reason to end its worker.
            _future.TrySetException(exception);
        }
    }
}
