using Loky.Channel;
using Loky.Execution;
using Loky.Wire;

namespace Loky.PowerShell.Execution;

/// <summary>Writes the entries of a call's result queue to its streams, and takes out the items that have ended.</summary>
internal sealed class EntryWriter(QueuedTaskGroup group, ItemsInFlight items, IResultWriter records, IResultStreams streams) : IDisposable
{
    public void Write(ResultEntry entry)
    {
        WriteNotes();
        if (entry.Frame is { } frame)
        {
            using (frame)
            {
                WriteRecords(frame);
            }

            return;
        }

        for (long index = entry.FirstIndex; index < entry.FirstIndex + entry.Count; index++)
        {
            if (entry.IsStart)
            {
                streams.BeginItem(items.Find(index), entry.HostName);
            }
            else
            {
                object? item = items.End(index);
                streams.WriteFailure(Errors.OfLostItem(entry.Lost!, streams.TargetOf(item)), item);
                streams.EndItem(item);
            }
        }
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

    public void Dispose() => records.Dispose();

    private void WriteRecords(RecordsFrame frame)
    {
        // Items are written one at a time, and an item that has ended is forgotten before what follows it is written:
        // a downstream command may stop the pipeline in the middle.
        long index = frame.FirstIndex;
        var reader = new RecordReader(frame.Records);
        while (reader.TryRead(out RecordKind kind, out ReadOnlyMemory<byte> value))
        {
            if (kind == RecordKind.End)
            {
                streams.EndItem(items.End(index++));
            }
            else if (kind != RecordKind.Account)
            {
                WriteRecord(kind, value, items.Find(index));
            }
        }
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

    private void WriteRecord(RecordKind kind, ReadOnlyMemory<byte> value, object? item)
    {
        try
        {
            records.WriteRecord(kind, value, item);
        }
        catch (Exception exception) when (IsMalformed(exception))
        {
            streams.WriteFailure(Errors.OfCall(exception, streams.TargetOf(item)), item);
        }
    }

    private static bool IsMalformed(Exception exception) => exception is WireFormatException or TaskSerializationException or ProtocolException;
}
