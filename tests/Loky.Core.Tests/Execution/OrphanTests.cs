using System.Diagnostics;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

/// <summary>Parents that end, however, while their workers are busy, have native children, and tasks wait: nothing of them stays.</summary>
[Collection(UsesWorkers.Name)]
public sealed class OrphanTests : IDisposable
{
    private const string Mark = "LOKY_TEST_MARK";
    private const int Workers = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("loky-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [LinuxTheory]
    [InlineData(Death.Kill)]
    [InlineData(Death.Terminate)]
    [InlineData(Death.ExitZero)]
    [InlineData(Death.FailFast)]
    [InlineData(Death.Segmentation)]
    public Task Busy_workers_and_their_native_children_go_with_their_parent(Death death) => Guard.Run(1, async executor =>
    {
        string[] before = Folders();
        string mark = Guid.NewGuid().ToString("N");

        // A worker plays the parent: it has an executor of its own, whose workers are in sessions of their own.
        TerminatedWorkerException error = await Assert.ThrowsAsync<TerminatedWorkerException>(() => executor.Submit(BeBusyThenDie(mark, _folder, death), 0));
        Assert.Equal(Deaths.ReasonOf(death), error.ExitReason);
        Assert.Equal(Workers, Directory.GetFiles(_folder).Length);
        await Until.True(() => Marked(mark).Length == 0, "all that the parent has started ends", TimeSpan.FromSeconds(5));
        string[] left = [.. Folders().Except(before)];
        await Until.True(() => !left.Any(Directory.Exists), "the folders of the workers are gone", TimeSpan.FromSeconds(5));
    });

    private static Func<int, int> BeBusyThenDie(string mark, string folder, Death death) => _ =>
    {
        var environment = new Dictionary<string, string?> { [Mark] = mark };
        var inner = new ProcessPoolExecutor(new ExecutorOptions { MaxWorkers = Workers, Environment = environment });
        Task<int>[] tasks = [.. Enumerable.Range(0, 50).Select(_ => inner.Submit(StartChildAndStay, folder))];
        Until.True(() => Directory.GetFiles(folder).Length == Workers, "all workers are busy").GetAwaiter().GetResult();
        if (Marked(mark).Length < 2 * Workers)
        {
            throw new InvalidOperationException("The workers and their children do not bear their mark.");
        }

        Deaths.Die(death);
        return tasks.Length;
    };

    private static int StartChildAndStay(string folder)
    {
        using var child = Process.Start("sleep", "300");
        File.WriteAllText(Path.Combine(folder, $"{child.Id}"), string.Empty);
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    private static string[] Folders() => Directory.GetDirectories("/dev/shm", "loky-*");

    /// <summary>Finds all processes that have the mark in their environment, whoever their parent is by now.</summary>
    private static int[] Marked(string mark)
    {
        List<int> ids = [];
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            try
            {
                if (int.TryParse(Path.GetFileName(folder), out int id)
                    && File.ReadAllText(Path.Combine(folder, "environ")).Contains(mark, StringComparison.Ordinal)
                    && Processes.IsAlive(id))
                {
                    ids.Add(id);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile, or is none of ours.
            }
        }

        return [.. ids];
    }
}
