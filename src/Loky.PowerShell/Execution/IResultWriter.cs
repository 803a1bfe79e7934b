using Loky.Channel;

namespace Loky.PowerShell.Execution;

/// <summary>Decodes the records of a call's items, which differ from one kind of task to another, and writes them to streams.</summary>
internal interface IResultWriter : IDisposable
{
    /// <summary>Writes one record of an item.</summary>
    /// <param name="kind">What it is; never <see cref="RecordKind.End"/>.</param>
    /// <param name="value">Its MessagePack value.</param>
    /// <param name="item">What the item was submitted with; null for a record that belongs to none.</param>
    void WriteRecord(RecordKind kind, ReadOnlyMemory<byte> value, object? item);
}
