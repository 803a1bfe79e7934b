using Loky.Runs;
using Xunit;

namespace Loky.Tests.Runs;

public sealed class RunLogWriterTests : IDisposable
{
    private readonly LogFile _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task On_a_full_disk_whole_lines_stay_and_the_failure_is_told()
    {
        var file = new FillingFile(_log.Path, capacity: 4000);
        var writer = new RunLogWriter(_log.Path, file, RunLogLock.Take(_log.Path), LogFile.Header, static () => (100, 0), static () => { });
        for (int item = 1; item <= 100; item++)
        {
            writer.Add([LogFile.NewAttempt(item)], more: false);
        }

        writer.Complete(null, cancelled: false);
        await writer.Closed;
        Assert.Equal(RunLogProblem.Failed, writer.Failure!.Problem);
        Assert.Contains("No space left", writer.Failure.Message, StringComparison.Ordinal);
        Assert.Equal((byte)'\n', File.ReadAllBytes(_log.Path)[^1]);
        Assert.All(_log.Read(), static line => Assert.NotEqual(RunLogLineKind.End, line.Kind));
        _log.Write(3, resumes: true);
    }

    [Fact]
    public void A_log_of_which_not_even_the_first_line_can_be_written_is_refused()
    {
        var file = new FillingFile(_log.Path, capacity: 10);
        RunLogException refused = Assert.Throws<RunLogException>(
            () => new RunLogWriter(_log.Path, file, RunLogLock.Take(_log.Path), LogFile.Header, static () => (0, 0), static () => { }));
        Assert.Equal(RunLogProblem.Failed, refused.Problem);
        Assert.Equal(0, new FileInfo(_log.Path).Length);
        Assert.False(File.Exists(_log.Path + ".lock"));
    }

    [Fact]
    public async Task A_disk_that_is_slow_makes_it_be_behind_and_say_when_it_no_longer_is()
    {
        using var hold = new ManualResetEventSlim();
        using var relieved = new ManualResetEventSlim();
        var file = new FillingFile(_log.Path, long.MaxValue) { Hold = hold };
        var writer = new RunLogWriter(_log.Path, file, RunLogLock.Take(_log.Path), LogFile.Header, static () => (0, 0), relieved.Set);
        long added = 0;
        while (!writer.IsBehind)
        {
            writer.Add([LogFile.NewAttempt(++added)], more: false);
        }

        Assert.False(relieved.IsSet);
        hold.Set();
        Assert.True(relieved.Wait(TimeSpan.FromMinutes(1)));
        writer.Complete(null, cancelled: false);
        await writer.Closed;
        Assert.Equal(added + 2, _log.Read().Count);
    }

    /// <summary>A file on a disk that fills up in the middle of a write, or that waits after its first one.</summary>
    private sealed class FillingFile(string path, long capacity) : FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 0)
    {
        private int _writes;

        public ManualResetEventSlim? Hold { get; init; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (_writes++ > 0)
            {
                Hold?.Wait();
            }

            int room = (int)Math.Min(buffer.Length, Math.Max(0, capacity - Position));
            base.Write(buffer[..room]);
            if (room < buffer.Length)
            {
                throw new IOException("No space left on device");
            }
        }
    }
}
