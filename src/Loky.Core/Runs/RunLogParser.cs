using System.Text.Json;

namespace Loky.Runs;

/// <summary>Makes an entry of a line, and passes over properties of a later version.</summary>
internal sealed class RunLogParser
{
    // So that a million lines do not make a million copies of the name of one machine.
    private readonly Dictionary<string, string> _names = [];
    private string? _lastHost;
    private long _start;

    public RunLogEntry Entry { get; } = new();

    public void Parse(ReadOnlySpan<byte> line)
    {
        Entry.Clear();
        Entry.Kind = RunLogLineKind.Broken;
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
            {
                return;
            }

            RunLogLineKind kind = reader.ValueTextEquals("number"u8) ? RunLogLineKind.Attempt : KindOf(ref reader);
            if (kind == RunLogLineKind.Run)
            {
                ReadHeader(line);
            }
            else if (kind is RunLogLineKind.Attempt or RunLogLineKind.End)
            {
                ReadProperties(line);
            }

            if (reader.TokenType != JsonTokenType.None && (kind != RunLogLineKind.Attempt || (Entry.Item > 0 && Entry.Attempt >= 0)))
            {
                Entry.Kind = kind;
            }
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or OverflowException or ArgumentException)
        {
            Entry.Kind = RunLogLineKind.Broken;
        }
    }

    private static RunLogLineKind KindOf(ref Utf8JsonReader reader)
    {
        if (!reader.ValueTextEquals("loky"u8) || !reader.Read())
        {
            return RunLogLineKind.Other;
        }

        return reader.ValueTextEquals("run"u8) ? RunLogLineKind.Run
            : reader.ValueTextEquals("end"u8) ? RunLogLineKind.End
            : RunLogLineKind.Other;
    }

    private void ReadHeader(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        JsonElement root = document.RootElement;
        Entry.Header = new RunLogHeader
        {
            Version = root.GetProperty("version").GetInt32(),
            Run = root.GetProperty("run").GetGuid(),
            Started = root.GetProperty("started").GetDateTime().ToUniversalTime(),
            Host = root.GetProperty("host").GetString()!,
            ProcessId = root.GetProperty("process").GetInt32(),
            Command = root.GetProperty("command").GetString()!,
            BlockHash = root.GetProperty("block").GetString()!,
            File = root.TryGetProperty("file", out JsonElement file) ? file.GetString() : null,
            Line = root.TryGetProperty("line", out JsonElement number) ? number.GetInt32() : 0,
            Resumes = root.TryGetProperty("resumes", out JsonElement resumes) && resumes.GetBoolean(),
            Versions = root.TryGetProperty("versions", out JsonElement versions)
                ? versions.EnumerateObject().ToDictionary(static version => version.Name, static version => version.Value.ToString())
                : [],
            Parameters = root.TryGetProperty("parameters", out JsonElement parameters)
                ? parameters.EnumerateObject().ToDictionary(static parameter => parameter.Name, static parameter => (object?)parameter.Value.ToString())
                : [],
        };
        _start = (Entry.Header.Started - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    }

    private void ReadProperties(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        _ = reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadProperty(ref reader);
        }

        // The whole of it must be there.
        while (reader.Read())
        {
        }
    }

    private void ReadProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("number"u8))
        {
            Entry.Item = NextNumber(ref reader);
        }
        else if (reader.ValueTextEquals("attempt"u8))
        {
            Entry.Attempt = checked((int)NextNumber(ref reader));
        }
        else if (reader.ValueTextEquals("outcome"u8))
        {
            _ = reader.Read();
            Entry.Outcome = RunLogFormat.TryParse(reader.ValueSpan, out AttemptOutcome outcome) ? outcome : throw new FormatException();
        }
        else if (reader.ValueTextEquals("host"u8))
        {
            Entry.Host = NextHost(ref reader);
        }
        else if (reader.ValueTextEquals("process"u8))
        {
            Entry.ProcessId = checked((int)NextNumber(ref reader));
        }
        else if (reader.ValueTextEquals("worker"u8))
        {
            Entry.Worker = checked((int)NextNumber(ref reader));
        }
        else if (reader.ValueTextEquals("queued"u8))
        {
            Entry.Queued = NextTime(ref reader);
        }
        else if (reader.ValueTextEquals("started"u8))
        {
            Entry.Started = NextTime(ref reader);
        }
        else if (reader.ValueTextEquals("ended"u8))
        {
            Entry.Ended = NextTime(ref reader);
        }
        else if (reader.ValueTextEquals("bytesIn"u8))
        {
            Entry.BytesIn = NextNumber(ref reader);
        }
        else if (reader.ValueTextEquals("bytesOut"u8))
        {
            Entry.BytesOut = NextNumber(ref reader);
        }
        else if (reader.ValueTextEquals("hash"u8))
        {
            _ = reader.Read();
            Entry.Hash = ItemHash.TryParse(reader.ValueSpan, out ItemHash hash) ? hash : throw new FormatException();
        }
        else
        {
            ReadRareProperty(ref reader);
        }
    }

    private void ReadRareProperty(ref Utf8JsonReader reader)
    {
        string name = reader.GetString()!;
        _ = reader.Read();
        switch (name)
        {
            case "error":
                Entry.Error = Shared(reader.GetString()!);
                break;
            case "exit":
                Entry.Exit = Shared(reader.GetString()!);
                break;
            case "cause":
                Entry.Cause = Shared(reader.GetString()!);
                break;
            case "retried":
                Entry.IsRetried = reader.GetBoolean();
                break;
            case "items":
                Entry.Items = reader.GetInt64();
                break;
            case "skipped":
                Entry.Skipped = reader.GetInt64();
                break;
            case "cancelled":
                Entry.IsCancelled = reader.GetBoolean();
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private static long NextNumber(ref Utf8JsonReader reader)
    {
        _ = reader.Read();
        return reader.GetInt64();
    }

    private long NextTime(ref Utf8JsonReader reader)
    {
        _ = reader.Read();
        return _start + (long)Math.Round(reader.GetDouble() * 1000);
    }

    private string NextHost(ref Utf8JsonReader reader)
    {
        _ = reader.Read();
        if (_lastHost is null || !reader.ValueTextEquals(_lastHost))
        {
            _lastHost = Shared(reader.GetString()!);
        }

        return _lastHost;
    }

    private string Shared(string name)
    {
        const int Most = 10_000;
        if (_names.TryGetValue(name, out string? known))
        {
            return known;
        }

        if (_names.Count < Most)
        {
            _names.Add(name, name);
        }

        return name;
    }
}
