using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Loky.Runs;

/// <summary>Writes the lines of a run. Not thread-safe.</summary>
internal sealed class RunLogLines(RunLogHeader header) : IDisposable
{
    private static readonly string ThisHost = Environment.MachineName;

    private readonly PooledBuffer _buffer = new(64 * 1024);
    private Utf8JsonWriter? _json;
    private AttemptPlace? _place;
    private AttemptOutcome _outcome;
    private byte[] _placeText = [];

    // Many times are the same as one in the line before: a quick item begins when the one before it ended.
    private readonly RunLogTime _queued = new(header.Started);
    private readonly RunLogTime _ran = new(header.Started);
    private readonly RunLogPattern _pattern = new();

    private Utf8JsonWriter Json => _json ??= new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public void Clear() => _buffer.Clear();

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

    public void Write(in Attempt attempt)
    {
        ReadOnlySpan<byte> queued = _queued.TextOf(attempt.Queued);
        if (_pattern.Fits(attempt, queued.Length))
        {
            Span<byte> repeated = _buffer.GetSpan(_pattern.Length);
            if (_pattern.TryRepeat(repeated, attempt, queued, _ran))
            {
                _buffer.Advance(_pattern.Length);
                return;
            }
        }

        int start = _buffer.Length;
        ReadOnlySpan<byte> place = TextOf(attempt.Place, attempt.Outcome);
        var line = new RunLogLine(_buffer.GetSpan(RunLogLine.LongestNumbers + place.Length));
        line.Add("{\"number\":"u8);
        line.Add(attempt.Item);
        line.Add(place);
        line.Add(",\"queued\":"u8);
        _pattern.QueuedAt = line.Length;
        line.Add(queued);
        line.Add(",\"started\":"u8);
        _pattern.StartedAt = line.Length;
        line.Add(_ran.TextOf(attempt.Started));
        line.Add(",\"ended\":"u8);
        _pattern.EndedAt = line.Length;
        line.Add(_ran.TextOf(attempt.Ended));
        if (attempt.Place is not null)
        {
            line.Add(",\"bytesIn\":"u8);
            line.Add(attempt.BytesIn);
            line.Add(",\"bytesOut\":"u8);
            line.Add(attempt.BytesOut);
            line.Add(",\"hash\":\""u8);
            _pattern.HashAt = line.Length;
            line.Add(attempt.Hash);
            line.Add("\""u8);
        }

        _buffer.Advance(line.Length);
        AddIfAny(RunLogFormat.Exit, attempt.Exit);
        AddIfAny(RunLogFormat.Error, attempt.ErrorId);
        AddIfAny(RunLogFormat.Cause, attempt.Cause);
        if (attempt.IsRetried)
        {
            _buffer.Write(",\"retried\":true"u8);
        }

        _buffer.Write("}\n"u8);
        _pattern.Keep(attempt, _buffer.WrittenSpan[start..]);
    }

    /// <summary>Writes the line that ends a run; an error, if any, ended the call ahead of its items.</summary>
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

    public void Dispose()
    {
        _json?.Dispose();
        _buffer.Dispose();
    }

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

    /// <summary>Gets what the lines of attempts at one place that ended one way have in common.</summary>
    private ReadOnlySpan<byte> TextOf(AttemptPlace? place, AttemptOutcome outcome)
    {
        if (_placeText.Length > 0 && ReferenceEquals(place, _place) && outcome == _outcome)
        {
            return _placeText;
        }

        (_place, _outcome) = (place, outcome);
        string text = $",\"attempt\":{place?.Attempt ?? 0},\"outcome\":\"{RunLogFormat.NameOf(outcome)}\"";
        if (place is not null)
        {
            text += $",\"host\":\"{JsonEncodedText.Encode(place.Host ?? ThisHost)}\",\"process\":{place.ProcessId},\"worker\":{place.Worker}";
        }

        return _placeText = Encoding.UTF8.GetBytes(text);
    }

    private void WriteTime(JsonEncodedText name, DateTime time) =>
        Json.WriteNumber(name, new decimal(RunLogTime.MicrosecondsBetween(header.Started, time)) / 1000);

    private void AddIfAny(JsonEncodedText name, string? value)
    {
        if (value is not null)
        {
            _buffer.Write(",\""u8);
            _buffer.Write(name.EncodedUtf8Bytes);
            _buffer.Write("\":\""u8);
            _buffer.Write(JsonEncodedText.Encode(value).EncodedUtf8Bytes);
            _buffer.Write("\""u8);
        }
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
