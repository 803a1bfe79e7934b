using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

/// <summary>Whatever goes wrong, and at whatever stage: one task has its error, and the executor goes on.</summary>
[Collection(UsesWorkers.Name)]
public sealed class CrashMatrixTests(CrashMatrixTests.SharedExecutor shared) : IClassFixture<CrashMatrixTests.SharedExecutor>
{
    private readonly ProcessPoolExecutor _executor = shared.Executor;

    public static TheoryData<Stage, Death, bool> Deadly
    {
        get
        {
            var cases = new TheoryData<Stage, Death, bool>();
            foreach (Stage stage in new[] { Stage.DecodeTask, Stage.Run, Stage.EncodeResult })
            {
                foreach (Death death in Deaths.All.Where(death => death != Death.Throw))
                {
                    cases.Add(stage, death, false);
                    cases.Add(stage, death, true);
                }
            }

            return cases;
        }
    }

    public static TheoryData<Stage, bool> Throwing
    {
        get
        {
            var cases = new TheoryData<Stage, bool>();
            foreach (Stage stage in Enum.GetValues<Stage>())
            {
                cases.Add(stage, false);
                cases.Add(stage, true);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Deadly))]
    public Task A_death_fails_its_task_and_is_told_with_its_cause(Stage stage, Death death, bool fromContinuation) => Check(async () =>
    {
        TerminatedWorkerException error = await Assert.ThrowsAsync<TerminatedWorkerException>(() => Submit(new Trap(stage, death), fromContinuation));
        Assert.Equal(Deaths.ReasonOf(death), error.ExitReason);
        Assert.True(error.WorkerProcessId > 0);
        Assert.Contains(error.WorkerProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
        string? words = death switch
        {
            Death.FailFast => "gone on purpose",
            Death.StackOverflow => "Stack overflow",
            Death.BackgroundThread => "thrown in the background",
            _ => null,
        };
        if (words is not null)
        {
            Assert.Contains(words, error.StandardError, StringComparison.Ordinal);
        }
    });

    [Theory]
    [MemberData(nameof(Throwing))]
    public Task An_exception_fails_its_task_with_its_own_words(Stage stage, bool fromContinuation) => Check(async () =>
    {
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => Submit(new Trap(stage, Death.Throw), fromContinuation));
        Assert.Contains("thrown on purpose", error.Message, StringComparison.Ordinal);
        if (stage == Stage.Run)
        {
            _ = Assert.IsType<ArithmeticException>(error);
            Assert.Contains(nameof(Deaths.Die), error.ToString(), StringComparison.Ordinal);
        }
        else
        {
            _ = Assert.IsType<TaskSerializationException>(error);
            Assert.Contains(nameof(ArithmeticException), error.Message, StringComparison.Ordinal);
        }
    });

    private Task<Trap> Submit(Trap trap, bool fromContinuation) => !fromContinuation
        ? _executor.Submit(WorkerTasks.Pass, trap)
        : _executor.Submit(WorkerTasks.Same, 1).ContinueWith(
            _ => _executor.Submit(WorkerTasks.Pass, trap), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Unwrap();

    private Task Check(Func<Task> body) => Guard.Limit(
        async () =>
        {
            await body();
            int[] results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => _executor.Submit(WorkerTasks.Same, i)));
            Assert.Equal(Enumerable.Range(0, 50), results);
        },
        () => _executor.Pool);

    /// <summary>The one executor of all cases: it must outlive them all.</summary>
    public sealed class SharedExecutor : IDisposable
    {
        public ProcessPoolExecutor Executor { get; } = new(new ExecutorOptions { MaxWorkers = 2, Converters = [new TrapConverter()] });

        public void Dispose() => Executor.Dispose();
    }
}
