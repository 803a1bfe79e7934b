using Loky.Execution;
using Loky.Launch;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

/// <summary>How many workers a machine, a control group and a user's limits are good for.</summary>
[Collection(UsesWorkers.Name)]
public sealed class SystemLimitTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("loky-test-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("50000 100000", 1)]
    [InlineData("150000 100000", 2)]
    [InlineData("300000 100000", 3)]
    [InlineData("9000000000 1000", 8)]
    [InlineData("max 100000", 8)]
    [InlineData("max", 8)]
    [InlineData("", 8)]
    [InlineData("\n", 8)]
    [InlineData("x y", 8)]
    [InlineData("100000 0", 8)]
    public void A_quota_of_version_2_bounds_the_processors(string content, int expected)
    {
        Write("proc/self/cgroup", "0::/user.slice/mine\n");
        Write("sys/fs/cgroup/user.slice/mine/cpu.max", content);
        Assert.Equal(expected, CpuCount.Of(8, null, _root));
    }

    [Theory]
    [InlineData("50000", "100000", 1)]
    [InlineData("150000", "100000", 2)]
    [InlineData("-1", "100000", 8)]
    [InlineData("", "", 8)]
    public void A_quota_of_version_1_bounds_the_processors(string quota, string period, int expected)
    {
        Write("proc/self/cgroup", "9:name=systemd:/\n4:cpu,cpuacct:/docker/abc\n0::/\n");

        // In a container the path is that of the host, and the limits lie at the mount itself.
        Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", quota);
        Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", period);
        Assert.Equal(expected, CpuCount.Of(8, null, _root));
    }

    [Fact]
    public void The_tightest_of_nested_groups_holds()
    {
        Write("proc/self/cgroup", "0::/outer/inner\n");
        Write("sys/fs/cgroup/outer/cpu.max", "200000 100000");
        Write("sys/fs/cgroup/outer/inner/cpu.max", "400000 100000");
        Assert.Equal(2, CpuCount.Of(8, null, _root));
    }

    [Fact]
    public void Two_threads_of_one_core_count_once()
    {
        Write("proc/cpuinfo", string.Concat(Enumerable.Range(0, 8).Select(i => $"processor\t: {i}\nphysical id\t: {i / 4}\ncore id\t\t: {i % 2}\n\n")));
        Assert.Equal(4, CpuCount.Of(8, null, _root));
        Assert.Equal(3, CpuCount.Of(3, null, _root));
    }

    [Theory]
    [InlineData("3", 3)]
    [InlineData("100", 8)]
    [InlineData("0", 8)]
    [InlineData("-2", 8)]
    [InlineData("many", 8)]
    [InlineData(null, 8)]
    public void The_variable_lowers_the_count(string? value, int expected) => Assert.Equal(expected, CpuCount.Of(8, value, _root));

    [Fact]
    public void The_least_of_all_bounds_holds()
    {
        Write("proc/self/cgroup", "0::/\n");
        Write("sys/fs/cgroup/cpu.max", "500000 100000");
        Write("proc/cpuinfo", string.Concat(Enumerable.Range(0, 6).Select(i => $"physical id\t: 0\ncore id\t: {i}\n")));
        Assert.Equal(5, CpuCount.Of(8, null, _root));
        Assert.Equal(4, CpuCount.Of(8, "4", _root));
        Assert.Equal(2, CpuCount.Of(2, "4", _root));
    }

    [AffinityFact]
    public Task Affinity_bounds_the_processors()
    {
        WorkerCommand command = DotNetHost.CreateCommand();
        command = command with { FileName = AffinityFactAttribute.TaskSet!, Arguments = ["-c", "0", command.FileName, .. command.Arguments] };
        return Guard.Limit(
            async () =>
            {
                using var executor = new ProcessPoolExecutor(new WorkerPool(PoolOptions.Of(new ExecutorOptions { MaxWorkers = 1 }, command)));
                Assert.Equal(1, await executor.Submit(() => CpuCount.Available));
            },
            () => null);
    }

    [Theory]
    [InlineData("max", null, null, true, 4096)]
    [InlineData("", null, null, true, 4096)]
    [InlineData("500", "100", null, true, 20)]
    [InlineData("100", "99", null, true, 1)]
    [InlineData("max", null, "200", false, 10)]
    [InlineData("max", null, "200", true, 4096)]
    [InlineData("max", null, "unlimited", false, 4096)]
    [InlineData("500", "100", "200", false, 10)]
    public void The_limits_of_processes_bound_the_workers(string max, string? current, string? userLimit, bool privileged, int expected)
    {
        Write("proc/self/cgroup", "8:pids:/\n0::/mine\n");
        Write("sys/fs/cgroup/pids/pids.max", max);
        Write("sys/fs/cgroup/pids/pids.current", current ?? string.Empty);
        Write("proc/self/limits", $"Limit    Soft Limit  Hard Limit  Units\nMax cpu time   unlimited unlimited seconds\nMax processes    {userLimit}    {userLimit}   processes\n");
        Assert.Equal(expected, Math.Min(4096, WorkerCap.Of(_root, existing: 0, privileged)));
    }

    [Fact]
    public void Workers_that_are_there_do_not_lower_what_is_possible()
    {
        Write("proc/self/cgroup", "0::/\n");
        Write("sys/fs/cgroup/pids.max", "100");
        Write("sys/fs/cgroup/pids.current", "80");
        Assert.Equal(5, WorkerCap.Of(_root, existing: 4, privileged: true));
    }

    [Fact]
    public Task More_workers_than_the_system_allows_are_clamped_with_one_warning() => Guard.Limit(
        async () =>
        {
            PoolOptions options = PoolOptions.Of(new ExecutorOptions { MaxWorkers = 9 }, DotNetHost.CreateCommand()) with { WorkerCap = _ => 3 };
            using var executor = new ProcessPoolExecutor(new WorkerPool(options));
            Assert.Equal(3, executor.MaxWorkers);
            var first = new CountingGroup(WorkerTasks.Same, 50).RunOn(executor.Pool);
            await first.Completed;
            executor.Resize(8);
            Assert.Equal(3, executor.MaxWorkers);
            Assert.InRange(executor.WorkerProcessIds.Count, 1, 3);
            var second = new CountingGroup(WorkerTasks.Same, 50).RunOn(executor.Pool);
            await second.Completed;
            string warning = Assert.Single(first.Warnings.Concat(second.Warnings));
            Assert.Contains("9", warning, StringComparison.Ordinal);
            Assert.Contains("3", warning, StringComparison.Ordinal);
            executor.Resize(2);
            Assert.Equal(2, executor.MaxWorkers);
        },
        () => null);

    private void Write(string path, string content)
    {
        string file = Path.Combine(_root, path);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }
}
