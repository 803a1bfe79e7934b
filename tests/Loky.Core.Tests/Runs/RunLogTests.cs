using Loky.Runs;
using Xunit;

namespace Loky.Tests.Runs;

public sealed class RunLogTests : IDisposable
{
    private readonly LogFile _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void What_was_written_is_read_again()
    {
        _log.Write(7);
        List<(RunLogLineKind Kind, long Item, AttemptOutcome Outcome)> lines = _log.Read();
        Assert.Equal([RunLogLineKind.Run, .. Enumerable.Repeat(RunLogLineKind.Attempt, 7), RunLogLineKind.End], lines.Select(static line => line.Kind));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 0], lines.Select(static line => line.Item));
        Assert.Equal(AttemptOutcome.Failed, lines[3].Outcome);
    }

    [Fact]
    public void A_log_cut_off_anywhere_gives_its_whole_lines_and_nothing_else()
    {
        _log.Write(5);
        byte[] whole = File.ReadAllBytes(_log.Path);
        int first = Array.IndexOf(whole, (byte)'\n') + 1;
        for (int length = first; length <= whole.Length; length++)
        {
            File.WriteAllBytes(_log.Path, whole[..length]);
            using var reader = new RunLogReader(_log.Path);
            int lines = 0;
            while (reader.Read())
            {
                lines++;
            }

            Assert.Equal(whole.AsSpan(0, length).Count((byte)'\n'), lines);
            Assert.Equal(whole[length - 1] != '\n', reader.IsTorn);
            Assert.Equal(whole.AsSpan(0, length).LastIndexOf((byte)'\n') + 1, reader.WholeLength);
            Assert.Equal(0, reader.BrokenLines);
        }
    }

    [Fact]
    public void A_log_cut_off_anywhere_can_be_gone_on_with()
    {
        _log.Write(5);
        byte[] whole = File.ReadAllBytes(_log.Path);
        for (int length = 0; length <= whole.Length; length += 7)
        {
            File.WriteAllBytes(_log.Path, whole[..length]);
            _log.Write(5, resumes: true);
            using var reader = new RunLogReader(_log.Path);
            var finished = new FinishedItems();
            while (reader.Read())
            {
                if (reader.Entry.Kind == RunLogLineKind.Attempt)
                {
                    finished.Note(reader.Entry.Item, reader.Entry.Hash, reader.Entry.Outcome == AttemptOutcome.Succeeded);
                }
            }

            Assert.Equal(4, finished.Succeeded);
            Assert.Equal(0, reader.BrokenLines);
            Assert.False(reader.IsTorn);
        }
    }

    [Fact]
    public void A_line_that_is_none_is_passed_over_and_counted()
    {
        _log.Write(3);
        string[] lines = File.ReadAllLines(_log.Path);
        File.WriteAllLines(_log.Path, [lines[0], lines[1], lines[2][..20], "{\"number\":-4}", "nonsense", lines[3], lines[4]]);
        using var reader = new RunLogReader(_log.Path);
        int read = 0;
        while (reader.Read())
        {
            read++;
        }

        Assert.Equal((4, 3), (read, reader.BrokenLines));
    }

    [Fact]
    public void Lines_and_properties_of_a_later_version_are_passed_over()
    {
        _log.Write(2);
        string[] lines = File.ReadAllLines(_log.Path);
        File.WriteAllLines(_log.Path, [lines[0], "{\"loky\":\"note\",\"text\":[1,{}]}", lines[1].Replace("\"attempt\"", "\"new\":{\"a\":[1]},\"attempt\"", StringComparison.Ordinal), lines[2]]);
        Assert.Equal([0, 1, 2], _log.Read().Select(static line => line.Item));
    }

    [Theory]
    [InlineData("no log at all\n", RunLogProblem.Unreadable)]
    [InlineData("a text without an end of line", RunLogProblem.Unreadable)]
    [InlineData("{\"loky\":\"run\",\"version\":99,\"run\":\"00000000-0000-0000-0000-000000000000\",\"started\":\"2030-01-01T00:00:00Z\",\"host\":\"h\",\"process\":1,\"command\":\"c\",\"block\":\"b\"}\n", RunLogProblem.Unreadable)]
    public void What_is_no_log_is_refused_and_left_as_it_is(string text, object problem)
    {
        File.WriteAllText(_log.Path, text);
        RunLogException refused = Assert.Throws<RunLogException>(() => RunLog.Open(new RunLogOptions(_log.Path, Resumes: true, Force: true), LogFile.Header));
        Assert.Equal((RunLogProblem)problem, refused.Problem);
        Assert.Equal(text, File.ReadAllText(_log.Path));
    }

    [Fact]
    public async Task A_log_that_is_there_is_only_replaced_on_request()
    {
        _log.Write(1);
        Assert.Equal(RunLogProblem.Exists, Assert.Throws<RunLogException>(() => RunLog.Open(new RunLogOptions(_log.Path, false, false), LogFile.Header)).Problem);
        RunLog log = RunLog.Open(new RunLogOptions(_log.Path, false, Force: true), LogFile.Header);
        log.Abandon(new InvalidOperationException());
        await log.Closed;
        Assert.Equal(2, File.ReadAllLines(_log.Path).Length);
    }

    [Fact]
    public async Task Two_runs_never_have_one_log_at_once()
    {
        RunLog first = RunLog.Open(new RunLogOptions(_log.Path, false, false), LogFile.Header);
        Assert.Equal(RunLogProblem.InUse, Assert.Throws<RunLogException>(() => RunLog.Open(new RunLogOptions(_log.Path, true, true), LogFile.Header)).Problem);
        first.Abandon(new InvalidOperationException());
        await first.Closed;
        Assert.False(File.Exists(_log.Path + ".lock"));
        _log.Write(1, resumes: true);
    }

    [Fact]
    public void The_lock_that_a_killed_run_has_left_holds_nobody_off()
    {
        File.WriteAllText(_log.Path + ".lock", string.Empty);
        _log.Write(1);
        Assert.Equal(3, _log.Read().Count);
    }

    [Fact]
    public async Task Of_many_who_want_a_log_at_once_one_gets_it()
    {
        for (int round = 0; round < 20; round++)
        {
            File.Delete(_log.Path);
            RunLog?[] logs = new RunLog?[8];
            Parallel.For(0, logs.Length, i =>
            {
                try
                {
                    logs[i] = RunLog.Open(new RunLogOptions(_log.Path, true, true), LogFile.Header);
                }
                catch (RunLogException exception) when (exception.Problem == RunLogProblem.InUse)
                {
                    logs[i] = null;
                }
            });

            RunLog only = Assert.Single(logs.OfType<RunLog>());
            only.Abandon(new InvalidOperationException());
            await only.Closed;
        }
    }

    [Fact]
    public async Task An_item_that_succeeded_is_left_out_and_one_that_differs_refused()
    {
        _log.Write(3);
        RunLog log = RunLog.Open(new RunLogOptions(_log.Path, Resumes: true, Force: false), LogFile.Header);
        Assert.False(log.Admit(ItemHash.Of([1])));
        Assert.False(log.Admit(ItemHash.Of([2])));
        Assert.True(log.Admit(ItemHash.Of([3])));
        Assert.True(log.Admit(ItemHash.Of([4])));
        Assert.Null(log.CheckInput());
        log.Abandon(new InvalidOperationException());
        await log.Closed;

        log = RunLog.Open(new RunLogOptions(_log.Path, Resumes: true, Force: false), LogFile.Header);
        Assert.Contains("Item 1 of the input", Assert.Throws<RunLogException>(() => log.Admit(ItemHash.Of([9]))).Message, StringComparison.Ordinal);
        Assert.Contains("has 1 items", log.CheckInput()!.Message, StringComparison.Ordinal);
        log.Abandon(new InvalidOperationException());
        await log.Closed;
    }

    [Fact]
    public async Task A_log_of_another_block_is_refused_unless_forced()
    {
        _log.Write(1);
        RunLogHeader other = LogFile.Header with { BlockHash = "other" };
        Assert.Equal(RunLogProblem.Differs, Assert.Throws<RunLogException>(() => RunLog.Open(new RunLogOptions(_log.Path, true, false), other)).Problem);
        RunLog log = RunLog.Open(new RunLogOptions(_log.Path, true, Force: true), other);
        Assert.True(log.Admit(ItemHash.Of([7])));
        log.Abandon(new InvalidOperationException());
        await log.Closed;
    }

    [Fact]
    public void The_hash_of_an_item_is_the_same_in_every_process() =>
        Assert.Equal("6ca8f7b0f03f9e41", ItemHash.Of("item"u8).ToString());
}
