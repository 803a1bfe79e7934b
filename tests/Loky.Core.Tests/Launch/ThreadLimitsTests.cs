using System.Globalization;
using Loky.Execution;
using Loky.Launch;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Launch;

[Collection(UsesWorkers.Name)]
public sealed class ThreadLimitsTests
{
    [Theory]
    [InlineData(3, 100)]
    [InlineData(1, 1)]
    public void A_number_that_was_asked_for_is_what_libraries_and_the_runtime_are_told(int asked, int workers)
    {
        Dictionary<string, string?> environment = [];
        new ThreadLimits(asked, workers).AddTo(environment, given: null);
        Assert.Equal(asked.ToString(CultureInfo.InvariantCulture), environment["OMP_NUM_THREADS"]);
        Assert.Equal(asked.ToString(CultureInfo.InvariantCulture), environment["DOTNET_PROCESSOR_COUNT"]);
    }

    [Fact]
    public void By_default_the_processors_are_shared_by_the_workers_and_the_runtime_is_told_nothing()
    {
        Dictionary<string, string?> environment = [];
        new ThreadLimits(0, 1).AddTo(environment, given: null);
        Assert.Equal(CpuCount.Available.ToString(CultureInfo.InvariantCulture), environment["MKL_NUM_THREADS"]);
        Assert.False(environment.ContainsKey("DOTNET_PROCESSOR_COUNT"));
        Assert.Equal(1, new ThreadLimits(0, 100_000).Count);
        Assert.Equal(1, new ThreadLimits(0, 0).Count);
    }

    [Fact]
    public void What_the_user_has_said_stays_also_that_a_variable_is_to_be_missing()
    {
        Dictionary<string, string?> environment = new() { ["OMP_NUM_THREADS"] = "7" };
        new ThreadLimits(2, 1).AddTo(environment, new Dictionary<string, string?> { ["MKL_NUM_THREADS"] = null });
        Assert.Equal("7", environment["OMP_NUM_THREADS"]);
        Assert.False(environment.ContainsKey("MKL_NUM_THREADS"));
        Assert.Equal("2", environment["OPENBLAS_NUM_THREADS"]);
    }

    [Fact]
    public Task A_worker_counts_as_many_processors_as_were_asked_for() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 1, ThreadsPerWorker = 12 },
        async executor => Assert.Equal((12, "12"), await executor.Submit(Read)));

    [Fact]
    public void Workers_are_crowded_from_more_than_two_on_each_processor()
    {
        Assert.False(new ThreadLimits(0, 6) { Processors = 3 }.AreCrowded);
        Assert.True(new ThreadLimits(0, 7) { Processors = 3 }.AreCrowded);
        Assert.False(default(ThreadLimits).AreCrowded);
    }

    [Fact]
    public void A_resize_changes_what_workers_get_that_start_later()
    {
        var launcher = new LocalLauncher(DotNetHost.CreateCommand(), null, null) { Threads = new ThreadLimits(0, 2) { Processors = 8 } };
        Assert.Equal((4, false), (launcher.Threads.Count, launcher.Threads.AreCrowded));
        launcher.OnResized(17);
        Assert.Equal((1, true), (launcher.Threads.Count, launcher.Threads.AreCrowded));
    }

    [Fact]
    public Task A_worker_that_starts_after_a_resize_shares_the_processors_with_as_many_as_there_may_be_then() => Guard.Run(
        new ExecutorOptions { MaxWorkers = 1 },
        async executor =>
        {
            Assert.Equal(CpuCount.Available.ToString(CultureInfo.InvariantCulture), (await executor.Submit(Read)).Threads);
            executor.Resize(CpuCount.Available + 1);
            (int Processors, string? Threads)[] all = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => executor.Submit(ReadSlowly)));
            Assert.Contains(all, static read => read.Threads == "1");
        });

    [Theory]
    [InlineData(-1)]
    [InlineData(1025)]
    public void A_number_out_of_bounds_is_refused_with_the_bounds(int threads)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => new ExecutorOptions { ThreadsPerWorker = threads }.Validate());
        Assert.Contains("1024", error.Message, StringComparison.Ordinal);
        Assert.Contains(threads.ToString(CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
    }

    private static (int Processors, string? Threads) ReadSlowly()
    {
        Thread.Sleep(100);
        return Read();
    }

    private static (int Processors, string? Threads) Read() => (Environment.ProcessorCount, Environment.GetEnvironmentVariable("OMP_NUM_THREADS"));
}
