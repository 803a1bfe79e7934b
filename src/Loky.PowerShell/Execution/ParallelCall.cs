using System.Diagnostics;
using Loky.Channel;
using Loky.Execution;
using Loky.MessagePack;

namespace Loky.PowerShell.Execution;

/// <summary>
/// One parallel call as the pipeline thread drives it: items go in, results are written as they come, and no more is
/// under way than memory allows. Only <see cref="Stop"/> may be called from another thread.
/// </summary>
internal sealed class ParallelCall : IDisposable
{
    private const int MaxItemsUnderWay = 16 * 1024;
    private const long MaxBytesUnderWay = 64L << 20;

    private readonly WorkerPool _pool;
    private readonly QueuedTaskGroup _group;
    private readonly IItemEncoder _encoder;
    private readonly IResultWriter _output;
    private readonly Dictionary<long, Submitted> _underWay = [];
    private readonly TimeSpan _limit;
    private readonly long _begun = Stopwatch.GetTimestamp();
    private PooledBuffer _buffer = new();
    private long _bytesUnderWay;
    private bool _ended;

    /// <summary>Begins a call on a pool.</summary>
    public ParallelCall(WorkerPool pool, QueuedTaskGroup group, IItemEncoder encoder, IResultWriter output, TimeSpan limit)
    {
        _pool = pool;
        _group = group;
        _encoder = encoder;
        _output = output;
        _limit = limit;
        pool.AddGroup(group);
    }

    /// <summary>Gets a value indicating whether the call's time is up.</summary>
    public bool IsTimeUp => TimeLeft <= TimeSpan.Zero;

    private TimeSpan TimeLeft => _limit == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : _limit - Stopwatch.GetElapsedTime(_begun);

    /// <summary>Adds an item, writes what has come, and waits while too much is under way.</summary>
    /// <returns>False when the call is over: its time is up, it was stopped, or its executor failed.</returns>
    /// <exception cref="TaskSerializationException">The item cannot be sent; the call goes on without it.</exception>
    public bool Add(object? item)
    {
        _buffer.Clear();
        _encoder.Encode(_buffer, item);
        int size = _buffer.Length;
        long index = _group.Add(ref _buffer);
        _underWay.Add(index, new Submitted(item, size));
        _bytesUnderWay += size;
        _group.Pool.Notify(_group);
        while (_group.Results.TryTake(out ResultEntry entry))
        {
            Write(entry);
        }

        while (_underWay.Count >= MaxItemsUnderWay || (_bytesUnderWay >= MaxBytesUnderWay && _underWay.Count > 1))
        {
            if (!WriteNext())
            {
                return false;
            }
        }

        return !IsTimeUp && !_group.Results.IsOver;
    }

    /// <summary>Writes all that is still to come.</summary>
    /// <returns>False when the call ended ahead of its items.</returns>
    public bool Finish()
    {
        _group.CompleteAdding();
        _group.Pool.Notify(_group, completed: true);
        while (WriteNext())
        {
        }

        _ended = _group.Results.IsOver && _group.Results.Error is null;
        return _ended;
    }

    /// <summary>Gets what ended the call ahead of its items, if its executor did.</summary>
    public Exception? Error => _group.Results.Error;

    /// <summary>Stops the call: drops waiting items, stops running ones, wakes the pipeline thread.</summary>
    public void Stop()
    {
        _group.Results.Cancel();
        _group.Pool.Cancel(_group);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_ended)
        {
            _ended = true;
            Stop();
        }

        _buffer.Dispose();
    }

    private bool WriteNext()
    {
        TimeSpan left = TimeLeft;
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        ResultEntry? entry = _group.Results.Take(left == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : left);
        if (entry is null)
        {
            return false;
        }

        Write(entry);
        return true;
    }

    private void Write(ResultEntry entry)
    {
        while (_group.Results.TryTakeWarning(out string warning))
        {
            _output.WriteWarning(warning);
        }

        bool wasSaturated = _group.Results.IsSaturated;
        if (entry.Frame is { } frame)
        {
            using (frame)
            {
                WriteRecords(frame);
            }
        }
        else
        {
            for (long index = entry.FirstIndex; index < entry.FirstIndex + entry.Count; index++)
            {
                _output.WriteLost(entry.Lost!, End(index));
            }
        }

        if (wasSaturated)
        {
            _group.Pool.Notify(_group);
        }
    }

    private void WriteRecords(RecordsFrame frame)
    {
        // Items are written one at a time, and an item that has ended is forgotten before what follows it is written:
        // a downstream command may stop the pipeline in the middle.
        long index = frame.FirstIndex;
        int position = 0;
        while (true)
        {
            var reader = new RecordReader(frame.Records.Span[position..]);
            if (!reader.TryRead(out RecordKind kind, out ReadOnlySpan<byte> value))
            {
                return;
            }

            position += reader.Position;
            if (kind == RecordKind.End)
            {
                _ = End(index++);
            }
            else
            {
                object? item = _underWay.TryGetValue(index, out Submitted submitted) ? submitted.Item : null;
                try
                {
                    _output.WriteRecord(kind, value, item);
                }
                catch (Exception exception) when (exception is MessagePackFormatException or TaskSerializationException or ProtocolException)
                {
                    _output.WriteUnreadable(exception, item);
                }
            }
        }
    }

    private object? End(long index)
    {
        if (_underWay.Remove(index, out Submitted item))
        {
            _bytesUnderWay -= item.Size;
        }

        return item.Item;
    }

    private readonly record struct Submitted(object? Item, int Size);
}
