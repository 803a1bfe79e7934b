using Loky.Runs;

namespace Loky.Tests.Runs;

/// <summary>A log in a folder of its own, for tests.</summary>
internal sealed class LogFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loky-log-").FullName;

    public string Path => System.IO.Path.Combine(_folder, "run.jsonl");

    public static RunLogHeader Header => new() { Command = "Test", BlockHash = "00ff" };

    public static Attempt NewAttempt(long item, AttemptOutcome outcome = AttemptOutcome.Succeeded) => new()
    {
        Item = item,
        Outcome = outcome,
        Place = new AttemptPlace(null, 4321, 1, 1, DateTime.UtcNow),
        Queued = DateTime.UtcNow,
        Started = DateTime.UtcNow,
        Ended = DateTime.UtcNow.AddMilliseconds(2),
        BytesIn = 3,
        BytesOut = 5,
        Hash = ItemHash.Of([(byte)item]),
        ErrorId = outcome == AttemptOutcome.Failed ? "Bad \"id\"\nwith a line" : null,
    };

    /// <summary>Writes a run of some items, and waits for its end.</summary>
    public void Write(int items, bool resumes = false)
    {
        RunLog log = RunLog.Open(new RunLogOptions(Path, resumes, Force: false), Header);
        log.Sink.Add([.. Enumerable.Range(1, items).Select(static item => NewAttempt(item, item % 3 == 0 ? AttemptOutcome.Failed : AttemptOutcome.Succeeded))], more: false);
        log.Sink.Complete(null, cancelled: false);
        log.Closed.Wait();
    }

    /// <summary>Reads all lines.</summary>
    public List<(RunLogLineKind Kind, long Item, AttemptOutcome Outcome)> Read()
    {
        using var reader = new RunLogReader(Path);
        var lines = new List<(RunLogLineKind, long, AttemptOutcome)>();
        while (reader.Read())
        {
            lines.Add((reader.Entry.Kind, reader.Entry.Item, reader.Entry.Outcome));
        }

        return lines;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
