using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Loky.Runs;

/// <summary>Writes the lines of a run. Not thread-safe.</summary>
internal sealed class RunLogLines(RunLogHeader header) : IDisposable
{
    private static readonly string ThisHost = Environment.MachineName;

    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private Utf8JsonWriter? _json;

    private Utf8JsonWriter Json => _json ??= new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });

    /// <summary>Gets the lines written since the last <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    /// <summary>Forgets them.</summary>
    public void Clear() => _buffer.ResetWrittenCount();

    /// <summary>Writes the line that describes the call.</summary>
    public void WriteHeader()
    {
        Json.WriteStartObject();
        Json.WriteString(RunLogFormat.Loky, RunLogFormat.Run);
        Json.WriteNumber(RunLogFormat.FormatVersion, header.Version);
        Json.WriteString(RunLogFormat.Run, header.Run);
        Json.WriteString(RunLogFormat.Started, header.Started);
        Json.WriteString(RunLogFormat.Host, header.Host);
        Json.WriteNumber(RunLogFormat.Process, header.ProcessId);
        Json.WriteString(RunLogFormat.Command, header.Command);
        Json.WriteString(RunLogFormat.Block, header.BlockHash);
        if (header.File is not null)
        {
            Json.WriteString(RunLogFormat.File, header.File);
            Json.WriteNumber(RunLogFormat.Line, header.Line);
        }

        if (header.Resumes)
        {
            Json.WriteBoolean(RunLogFormat.Resumes, true);
        }

        Json.WriteStartObject(RunLogFormat.Versions);
        foreach ((string name, string version) in header.Versions)
        {
            Json.WriteString(name, version);
        }

        Json.WriteEndObject();
        Json.WriteStartObject(RunLogFormat.Parameters);
        foreach ((string name, object? value) in header.Parameters)
        {
            WriteParameter(name, value);
        }

        Json.WriteEndObject();
        EndLine();
    }

    /// <summary>Writes the line of an attempt.</summary>
    public void Write(in Attempt attempt)
    {
        Json.WriteStartObject();
        Json.WriteNumber(RunLogFormat.Number, attempt.Item);
        Json.WriteNumber(RunLogFormat.Attempt, attempt.Place.Attempt);
        Json.WriteString(RunLogFormat.Outcome, RunLogFormat.NameOf(attempt.Outcome));
        if (attempt.Place.Attempt > 0)
        {
            Json.WriteString(RunLogFormat.Host, attempt.Place.Host ?? ThisHost);
            Json.WriteNumber(RunLogFormat.Process, attempt.Place.ProcessId);
            Json.WriteNumber(RunLogFormat.Worker, attempt.Place.Worker);
        }

        WriteTime(RunLogFormat.Queued, attempt.Queued);
        WriteTime(RunLogFormat.Started, attempt.Started);
        WriteTime(RunLogFormat.Ended, attempt.Ended);
        if (attempt.Place.Attempt > 0)
        {
            Json.WriteNumber(RunLogFormat.BytesIn, attempt.BytesIn);
            Json.WriteNumber(RunLogFormat.BytesOut, attempt.BytesOut);
            Span<byte> hash = stackalloc byte[ItemHash.TextLength];
            attempt.Hash.Format(hash);
            Json.WriteString(RunLogFormat.Hash, hash);
        }

        WriteIfAny(RunLogFormat.Exit, attempt.Exit);
        WriteIfAny(RunLogFormat.Error, attempt.ErrorId);
        WriteIfAny(RunLogFormat.Cause, attempt.Cause);
        if (attempt.IsRetried)
        {
            Json.WriteBoolean(RunLogFormat.Retried, true);
        }

        EndLine();
    }

    /// <summary>Writes the line that ends a run.</summary>
    /// <param name="items">How many items the input had.</param>
    /// <param name="skipped">How many of them had succeeded in an earlier run.</param>
    /// <param name="error">What ended the call ahead of its items, or null.</param>
    /// <param name="cancelled">Whether it was stopped.</param>
    public void WriteEnd(long items, long skipped, Exception? error, bool cancelled)
    {
        Json.WriteStartObject();
        Json.WriteString(RunLogFormat.Loky, RunLogFormat.End);
        WriteTime(RunLogFormat.Ended, DateTime.UtcNow);
        Json.WriteNumber(RunLogFormat.Items, items);
        Json.WriteNumber(RunLogFormat.Skipped, skipped);
        if (cancelled)
        {
            Json.WriteBoolean(RunLogFormat.Cancelled, true);
        }

        WriteIfAny(RunLogFormat.Error, error?.GetType().Name);
        WriteIfAny(RunLogFormat.Cause, error?.Message);
        EndLine();
    }

    /// <inheritdoc/>
    public void Dispose() => _json?.Dispose();

    private void WriteParameter(string name, object? value)
    {
        switch (value)
        {
            case null:
                Json.WriteNull(name);
                break;
            case bool flag:
                Json.WriteBoolean(name, flag);
                break;
            case int or long:
                Json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number:
                Json.WriteNumber(name, number);
                break;
            case IEnumerable<string> names:
                Json.WriteStartArray(name);
                foreach (string one in names)
                {
                    Json.WriteStringValue(one);
                }

                Json.WriteEndArray();
                break;
            default:
                Json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    /// <summary>In milliseconds since the call began, to the microsecond.</summary>
    private void WriteTime(JsonEncodedText name, DateTime time)
    {
        long microseconds = Math.Max(0, (time - header.Started).Ticks / TimeSpan.TicksPerMicrosecond);
        Json.WriteNumber(name, new decimal((int)microseconds, (int)(microseconds >> 32), 0, isNegative: false, scale: 3));
    }

    private void WriteIfAny(JsonEncodedText name, string? value)
    {
        if (value is not null)
        {
            Json.WriteString(name, value);
        }
    }

    private void EndLine()
    {
        Json.WriteEndObject();
        Json.Flush();
        Json.Reset();
        _buffer.Write("\n"u8);
    }
}
