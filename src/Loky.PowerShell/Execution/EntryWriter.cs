using Loky.Channel;
using Loky.Execution;
using Loky.PowerShell.Runner;

namespace Loky.PowerShell.Execution;

/// <summary>Writes the entries of a call's result queue to its streams, and takes out the items that have ended.</summary>
/// <remarks><c>isTimeOver</c> tells whether nothing more is to be written; null where the call has no limit. It is asked before all that
/// is written, as one entry may have thousands of records, each of which somebody reads at leisure; that an item has ended is noted
/// in any case.</remarks>
internal sealed class EntryWriter(QueuedTaskGroup group, ItemsInFlight items, IResultWriter records, IResultStreams streams, Func<bool>? isTimeOver = null) : IDisposable
{
    private readonly HeldRecords _held = new();

    private bool IsTimeOver => isTimeOver is not null && isTimeOver();

    /// <summary>Writes an entry; false where the time was over before its end.</summary>
    public bool Write(ResultEntry entry)
    {
        WriteNotes();
        if (entry.Frame is { } frame)
        {
            using (frame)
            {
                return WriteRecords(frame);
            }
        }

        for (long index = entry.FirstIndex; index < entry.FirstIndex + entry.Count; index++)
        {
            if (entry.IsStart)
            {
                streams.BeginItem(items.Find(index), entry.HostName);
            }
            else
            {
                if (IsTimeOver)
                {
                    return false;
                }

                // It was lost in its last attempt, of which nothing is held.
                _ = _held.Take(index);
                object? item = items.End(index);
                streams.WriteFailure(Errors.OfLostItem(entry.Lost!, streams.TargetOf(item)), item);
                streams.EndItem(item);
            }
        }

        return true;
    }

    /// <summary>Writes what has come that belongs to no item.</summary>
    public void WriteNotes()
    {
        while (group.Results.TryTakeStartRecord(out ReadOnlyMemory<byte> record))
        {
            WriteStartRecord(record);
        }

        while (group.Results.TryTakeWarning(out string warning))
        {
            streams.WriteCallWarning(warning);
        }
    }

    /// <summary>Writes, at the end of the call, what is left: of items that have not ended, and of none.</summary>
    public void WriteRest()
    {
        foreach (long index in _held.Items())
        {
            _ = WriteHeld(index);
        }

        WriteNotes();
    }

    public void Dispose() => records.Dispose();

    private bool WriteRecords(RecordsFrame frame)
    {
        // Items are written one at a time, and an item that has ended is forgotten before what follows it is written:
        // a downstream command may stop the pipeline in the middle.
        long index = frame.FirstIndex;
        long firstOpen = frame.Attempt <= group.Options.Retries ? index + frame.EndedCount : long.MaxValue;
        bool begins = true;
        var reader = new RecordReader(frame.Records);
        while (reader.TryRead(out RecordKind kind, out ReadOnlyMemory<byte> value))
        {
            if (begins && !_held.IsEmpty)
            {
                _held.Begin(index, frame.Attempt);
                if (index != firstOpen && !WriteHeld(index))
                {
                    return false;
                }
            }

            begins = kind == RecordKind.End;
            if (begins)
            {
                streams.EndItem(items.End(index++));
            }
            else if (kind != RecordKind.Account && !(index == firstOpen ? WriteOrHold(kind, value, index, frame.Attempt) : WriteRecord(kind, value, index)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Holds a result of an item that may be run again, until it is known that it will not, where there is room.</summary>
    private bool WriteOrHold(RecordKind kind, ReadOnlyMemory<byte> value, long index, int attempt) =>
        (!StreamRecordKind.IsMessage(kind) && _held.TryAdd(index, attempt, kind, value))
        || ((StreamRecordKind.IsMessage(kind) || WriteAll(_held.TakeBegun(index), index)) && WriteRecord(kind, value, index));

    private bool WriteHeld(long index) => WriteAll(_held.Take(index), index);

    private bool WriteAll(IReadOnlyList<(RecordKind Kind, byte[] Value)> held, long index)
    {
        foreach ((RecordKind kind, byte[] value) in held)
        {
            if (!WriteRecord(kind, value, index))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes a record from before the worker's first item: whatever is wrong with it, the items are not.</summary>
    private void WriteStartRecord(ReadOnlyMemory<byte> record)
    {
        try
        {
            var reader = new RecordReader(record);
            if (reader.TryRead(out RecordKind kind, out ReadOnlyMemory<byte> value) && kind != RecordKind.End)
            {
                records.WriteRecord(kind, value, item: null);
            }
        }
        catch (Exception exception) when (IsMalformed(exception) || exception is CallFailedException)
        {
            streams.WriteFailure(Errors.OfCall(exception), item: null);
        }
    }

    /// <summary>Writes a record of an item; false where the time is over.</summary>
    private bool WriteRecord(RecordKind kind, ReadOnlyMemory<byte> value, long index)
    {
        if (IsTimeOver)
        {
            return false;
        }

        object? item = items.Find(index);
        try
        {
            records.WriteRecord(kind, value, item);
        }
        catch (Exception exception) when (IsMalformed(exception))
        {
            streams.WriteFailure(Errors.OfCall(exception, streams.TargetOf(item)), item);
        }

        return true;
    }

    private static bool IsMalformed(Exception exception) => exception is WireFormatException or TaskSerializationException or ProtocolException;
}
