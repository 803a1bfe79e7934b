using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

/// <summary>Workers that do not get ready.</summary>
[Collection(UsesWorkers.Name)]
public sealed class PreparationTests
{
    private const string Switch = "LOKY_TEST_NEVER_READY";

    [Fact]
    public async Task A_worker_that_does_not_get_ready_breaks_the_executor_with_the_limit_named()
    {
        using var executor = new ProcessPoolExecutor(new ExecutorOptions
        {
            MaxWorkers = 1,
            Converters = [new NeverReady()],
            Environment = new Dictionary<string, string?> { [Switch] = "1" },
            InitializerTimeout = TimeSpan.FromSeconds(2),
        });
        var broken = await Assert.ThrowsAsync<BrokenExecutorException>(() => executor.Submit(WorkerTasks.Same, 1).WaitAsync(Until.Limit));
        Assert.Contains("2 second", broken.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void A_limit_that_cannot_be_is_refused(int seconds)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => new ExecutorOptions { InitializerTimeout = TimeSpan.FromSeconds(seconds) }.Validate());
        Assert.Equal(nameof(ExecutorOptions.InitializerTimeout), refused.ParamName);
    }

    [Theory]
    [InlineData("A=B")]
    [InlineData("")]
    [InlineData("A\0")]
    public void A_name_that_no_variable_can_have_is_refused(string name)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(
            () => new ExecutorOptions { Environment = new Dictionary<string, string?> { [name] = "1" } }.Validate());
        Assert.Contains($"'{name}'", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Is made in a worker before the worker is ready, which then waits for ever.</summary>
    private sealed class NeverReady : IValueConverter
    {
        static NeverReady()
        {
            if (Environment.GetEnvironmentVariable(Switch) is not null)
            {
                Thread.Sleep(Timeout.Infinite);
            }
        }

        public Type Type => typeof(Version);

        public object? ToWire(object value) => value.ToString();

        public object FromWire(object? wire) => Version.Parse((string)wire!);
    }
}
