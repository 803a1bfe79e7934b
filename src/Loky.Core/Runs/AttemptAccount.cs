using Loky.Wire;

namespace Loky.Runs;

/// <summary>
/// What a worker tells of an item that has run, where somebody asked: the value of a record in front of the item's end.
/// Times are of the worker's own clock.
/// </summary>
/// <remarks>
/// Of an item without errors that began when the one before it in the same frame ended, it is a single number: how much
/// later this one ended. Most quick items are of that kind, and their accounts must cost next to nothing.
/// </remarks>
/// <param name="EndedMicroseconds">When it ended, in microseconds since the Unix epoch.</param>
/// <param name="RunMicroseconds">How long it ran.</param>
/// <param name="Errors">How many errors it reported.</param>
/// <param name="ErrorId">What identifies the first of them.</param>
/// <param name="IsFailed">Whether an error ended it.</param>
internal readonly record struct AttemptAccount(long EndedMicroseconds, long RunMicroseconds, int Errors, string? ErrorId, bool IsFailed)
{
    private const int LongestId = 200;
    private const long LastMicrosecond = 253402300799L * 1_000_000;

    /// <summary>Gets when it ended, in universal time.</summary>
    public DateTime Ended => DateTime.UnixEpoch.AddTicks(EndedMicroseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>Gets how long it ran.</summary>
    public TimeSpan Run => TimeSpan.FromTicks(RunMicroseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>Writes it.</summary>
    public void Write(PooledBuffer buffer)
    {
        var writer = new WireWriter(buffer);
        writer.WriteArrayHeader(5);
        writer.Write(EndedMicroseconds);
        writer.Write(RunMicroseconds);
        writer.Write((long)Errors);
        writer.Write(IsFailed);
        writer.Write(ErrorId is { Length: > LongestId } ? ErrorId[..LongestId] : ErrorId);
    }

    /// <summary>Reads one.</summary>
    /// <param name="value">Its bytes.</param>
    /// <param name="previous">The account before it in the same frame, or null.</param>
    /// <exception cref="WireFormatException">It is none.</exception>
    public static AttemptAccount Read(ReadOnlyMemory<byte> value, AttemptAccount? previous)
    {
        ReadOnlySpan<byte> bytes = value.Span;
        if (bytes.Length == 1 && bytes[0] <= sbyte.MaxValue && previous is { } before)
        {
            return before.Next(Math.Min(bytes[0], LastMicrosecond - before.EndedMicroseconds));
        }

        var reader = new WireReader(value);
        if (previous is { } earlier && reader.NextKind == WireKind.Integer)
        {
            return earlier.Next(reader.ReadInteger(0, LastMicrosecond - earlier.EndedMicroseconds));
        }

        reader.ReadArrayHeader(5);
        long ended = reader.ReadInteger(0, LastMicrosecond);
        long run = reader.ReadInteger(0, LastMicrosecond);
        int errors = (int)reader.ReadInteger(0, int.MaxValue);
        bool failed = reader.ReadBoolean();
        string? id = reader.ReadString();
        return new AttemptAccount(ended, run, errors, id is { Length: > LongestId } ? id[..LongestId] : id, failed);
    }

    private AttemptAccount Next(long run) => new(EndedMicroseconds + run, run, 0, null, false);
}
