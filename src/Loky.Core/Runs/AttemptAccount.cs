namespace Loky.Runs;

/// <summary>What a worker tells of an item that has run, in front of its end; times are of the worker's own clock.</summary>
/// <remarks>
/// Its end is in microseconds since the Unix epoch. An item without errors that began as the one before it in the frame ended
/// has a single number, how much later it ended, because the accounts of quick items must cost next to nothing.
/// </remarks>
internal readonly record struct AttemptAccount(long EndedMicroseconds, long RunMicroseconds, int Errors, string? ErrorId, bool IsFailed)
{
    private const int LongestId = 200;
    private const long LastMicrosecond = 253402300799L * 1_000_000;

    public DateTime Ended => DateTime.UnixEpoch.AddTicks(EndedMicroseconds * TimeSpan.TicksPerMicrosecond);

    public TimeSpan Run => TimeSpan.FromTicks(RunMicroseconds * TimeSpan.TicksPerMicrosecond);

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

    /// <summary>Reads one; <paramref name="previous"/> is the account before it in the same frame, or null.</summary>
    /// <exception cref="WireFormatException">The bytes are no account.</exception>
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
