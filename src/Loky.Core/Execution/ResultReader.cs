using Loky.Channel;

namespace Loky.Execution;

/// <summary>Makes results of records; one counts only with the item's end, as until then its worker may die.</summary>
internal sealed class ResultReader<TResult>(ValueSerializer serializer, TypePolicy policy)
{
    private readonly Dictionary<long, (TResult? Value, Exception? Failure)> _unfinished = [];

    /// <summary>Reads a frame, without disposing of it, up to the first item that failed; returns its exception.</summary>
    public Exception? Read(RecordsFrame frame, List<TResult> results, Action<long> onEnded)
    {
        long index = frame.FirstIndex;
        bool open = _unfinished.Remove(index, out (TResult? Value, Exception? Failure) current);
        var records = new RecordReader(frame.Records);
        while (records.TryRead(out RecordKind kind, out ReadOnlyMemory<byte> value))
        {
            if (kind == RecordKind.Account)
            {
                continue;
            }

            if (kind != RecordKind.End)
            {
                // The last one counts: what came before was of a try whose worker died.
                current = Decode(kind, value);
                open = true;
                continue;
            }

            onEnded(index++);
            if (open && current.Failure is { } failure)
            {
                return failure;
            }

            if (open)
            {
                results.Add(current.Value!);
            }

            (open, current) = (false, default);
        }

        if (open)
        {
            _unfinished[index] = current;
        }

        return null;
    }

    private (TResult? Value, Exception? Failure) Decode(RecordKind kind, ReadOnlyMemory<byte> value)
    {
        var reader = new WireReader(value);
        try
        {
            return kind switch
            {
                RecordKind.Output => (ReadResult(ref reader), null),
                RecordKind.Failed => (default, serializer.ReadException(ref reader, policy)),
                RecordKind.Cancelled => (default, new OperationCanceledException()),
                _ => (default, new ProtocolException(MessageText.Format(Messages.RecordUnknownKind, (int)kind))),
            };
        }
        catch (Exception exception)
        {
            // Whatever reading the result made of it: it is this item's own error.
            return (default, exception);
        }
    }

    private TResult ReadResult(ref WireReader reader)
    {
        var result = (TResult)serializer.Read(ref reader, typeof(TResult), policy)!;
        reader.EnsureEnd();
        return result;
    }
}
