using System.Text;
using System.Text.Json;

namespace Loky.Runs;

/// <summary>The names of the format, as docs/run-log.md has them.</summary>
internal static class RunLogFormat
{
    /// <summary>The version that is written, and the last that is read.</summary>
    public const int Version = 1;

    /// <summary>The first property of the lines that are no attempt.</summary>
    public static readonly JsonEncodedText Loky = JsonEncodedText.Encode("loky");

    public static readonly JsonEncodedText Run = JsonEncodedText.Encode("run");

    public static readonly JsonEncodedText End = JsonEncodedText.Encode("end");

    public static readonly JsonEncodedText FormatVersion = JsonEncodedText.Encode("version");
    public static readonly JsonEncodedText Started = JsonEncodedText.Encode("started");
    public static readonly JsonEncodedText Ended = JsonEncodedText.Encode("ended");
    public static readonly JsonEncodedText Queued = JsonEncodedText.Encode("queued");
    public static readonly JsonEncodedText Host = JsonEncodedText.Encode("host");
    public static readonly JsonEncodedText Process = JsonEncodedText.Encode("process");
    public static readonly JsonEncodedText Worker = JsonEncodedText.Encode("worker");
    public static readonly JsonEncodedText Command = JsonEncodedText.Encode("command");
    public static readonly JsonEncodedText Block = JsonEncodedText.Encode("block");
    public static readonly JsonEncodedText File = JsonEncodedText.Encode("file");
    public static readonly JsonEncodedText Line = JsonEncodedText.Encode("line");
    public static readonly JsonEncodedText Resumes = JsonEncodedText.Encode("resumes");
    public static readonly JsonEncodedText Versions = JsonEncodedText.Encode("versions");
    public static readonly JsonEncodedText Parameters = JsonEncodedText.Encode("parameters");
    public static readonly JsonEncodedText Number = JsonEncodedText.Encode("number");
    public static readonly JsonEncodedText Attempt = JsonEncodedText.Encode("attempt");
    public static readonly JsonEncodedText Outcome = JsonEncodedText.Encode("outcome");
    public static readonly JsonEncodedText BytesIn = JsonEncodedText.Encode("bytesIn");
    public static readonly JsonEncodedText BytesOut = JsonEncodedText.Encode("bytesOut");
    public static readonly JsonEncodedText Hash = JsonEncodedText.Encode("hash");
    public static readonly JsonEncodedText Error = JsonEncodedText.Encode("error");
    public static readonly JsonEncodedText Exit = JsonEncodedText.Encode("exit");
    public static readonly JsonEncodedText Cause = JsonEncodedText.Encode("cause");
    public static readonly JsonEncodedText Retried = JsonEncodedText.Encode("retried");
    public static readonly JsonEncodedText Items = JsonEncodedText.Encode("items");
    public static readonly JsonEncodedText Skipped = JsonEncodedText.Encode("skipped");
    public static readonly JsonEncodedText Cancelled = JsonEncodedText.Encode("cancelled");

    private static readonly JsonEncodedText[] Outcomes =
        [.. Enum.GetValues<AttemptOutcome>().Select(static outcome => JsonEncodedText.Encode(JsonNamingPolicy.CamelCase.ConvertName(outcome.ToString())))];

    private static readonly byte[][] OutcomeBytes = [.. Outcomes.Select(static outcome => Encoding.UTF8.GetBytes(outcome.ToString()))];

    public static JsonEncodedText NameOf(AttemptOutcome outcome) => Outcomes[(int)outcome];

    public static bool TryParse(ReadOnlySpan<byte> name, out AttemptOutcome outcome)
    {
        for (int i = 0; i < OutcomeBytes.Length; i++)
        {
            if (name.SequenceEqual(OutcomeBytes[i]))
            {
                outcome = (AttemptOutcome)i;
                return true;
            }
        }

        outcome = default;
        return false;
    }
}
