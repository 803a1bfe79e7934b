using Loky.Tests.Execution;
using Xunit;

namespace Loky.Tests.Stress;

/// <summary>One repetition of a stress test: the folder its tasks log in, its random numbers, its figures.</summary>
internal sealed class StressRun(int repetition) : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("loky-stress-").FullName;
    private int _folders;

    /// <summary>Gets random numbers: the same in the same repetition of each run.</summary>
    public Random Random { get; } = new(42 + repetition);

    /// <summary>Gets the figures so far.</summary>
    public StressFigures Figures { get; private set; } = new(1, 0, 0, 0, 0, 0);

    /// <summary>Creates an empty folder for the logs of one group.</summary>
    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_root, $"{_folders++}")).FullName;

    /// <summary>Gets one folder for all that does not log.</summary>
    public string Root => _root;

    /// <summary>A function that logs that it ran, works for a moment, and returns its item. It captures the folder and nothing else.</summary>
    public static Func<int, int> WorkIn(string folder) => item => Work(folder, item);

    /// <summary>Gets such work of which an item now and then takes a hundred times as long as the others.</summary>
    public static Func<int, int> WorkUnevenlyIn(string folder) => item =>
    {
        if (item % 23 == 0)
        {
            Thread.Sleep(25);
        }

        return Work(folder, item);
    };

    /// <summary>Notes kills.</summary>
    public void Add(int deaths) => Figures += new StressFigures(0, 0, deaths, 0, 0, 0);

    /// <summary>Checks that each item of a group has ended exactly once, that none ran twice, and that each that has a result ran.</summary>
    /// <param name="group">The group, which is over.</param>
    /// <param name="folder">Where its items logged.</param>
    /// <param name="mayRunTwice">Whether items were to be tried again.</param>
    public void Check(CountingGroup group, string folder, bool mayRunTwice = false)
    {
        Dictionary<int, int> ran = WorkerTasks.ReadLog(folder);
        int[] notOnce = [.. group.NotOnce];
        int[] twice = mayRunTwice ? [] : [.. ran.Where(pair => pair.Value > 1).Select(pair => pair.Key)];
        Figures += new StressFigures(0, group.Count, 0, group.Lost, notOnce.Length, twice.Length);
        Assert.Empty(notOnce);
        Assert.Empty(twice);
        Assert.Equal(0, group.Failed);
        Assert.Equal(0, group.LateEnds);
        Assert.DoesNotContain(Enumerable.Range(0, group.Count), item => group.HasSucceeded(item) && !ran.ContainsKey(item));
    }

    /// <summary>Checks single tasks in the same way.</summary>
    /// <param name="tasks">How many there were; all have ended.</param>
    /// <param name="victims">How many of them ended with their worker.</param>
    /// <param name="folder">Where they logged.</param>
    public void Check(int tasks, int victims, string folder)
    {
        Dictionary<int, int> ran = WorkerTasks.ReadLog(folder);
        int[] twice = [.. ran.Where(pair => pair.Value > 1).Select(pair => pair.Key)];
        Figures += new StressFigures(0, tasks, 0, victims, 0, twice.Length);
        Assert.Empty(twice);
        Assert.InRange(ran.Count, tasks - victims, tasks);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>Short, but not so short that all is over before a killer comes round.</summary>
    private static int Work(string folder, int item)
    {
        _ = WorkerTasks.Log(folder, item);
        Thread.SpinWait(20_000);
        return item;
    }
}
