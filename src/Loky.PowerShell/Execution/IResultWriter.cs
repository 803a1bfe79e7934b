using Loky.Channel;

namespace Loky.PowerShell.Execution;

/// <summary>Decodes the records of a call's items, which differ by kind of task, and writes them to streams.</summary>
internal interface IResultWriter : IDisposable
{
    /// <summary>Never gets <see cref="RecordKind.End"/>; <paramref name="item"/> is null for a record of no item.</summary>
    void WriteRecord(RecordKind kind, ReadOnlyMemory<byte> value, object? item);
}
