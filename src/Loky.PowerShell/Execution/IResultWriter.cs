using Loky.Channel;

namespace Loky.PowerShell.Execution;

/// <summary>Writes results where they are wanted: to the streams of a pipeline, or of a job.</summary>
internal interface IResultWriter
{
    /// <summary>Writes one record of an item.</summary>
    /// <param name="kind">What it is; never <see cref="RecordKind.End"/>.</param>
    /// <param name="value">Its MessagePack value.</param>
    /// <param name="item">The input object.</param>
    void WriteRecord(RecordKind kind, ReadOnlySpan<byte> value, object? item);

    /// <summary>Writes the error of an item that was lost with its worker.</summary>
    void WriteLost(Exception cause, object? item);

    /// <summary>Writes the error of a record that could not be read.</summary>
    void WriteUnreadable(Exception cause, object? item);

    /// <summary>Writes a warning about the way the call runs.</summary>
    void WriteWarning(string warning);
}
