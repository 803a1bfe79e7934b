using System.Globalization;
using Xunit.Runners;

// Runs the tests of an assembly whose full names contain one of some words, or all parts of one that has several with & in
// between, and tells of each as it starts and ends. A word behind a minus sign leaves tests out.
string[] wanted = args[1..];
string[] unwanted = [.. wanted.Where(static word => word.StartsWith('-')).Select(static word => word[1..])];
wanted = [.. wanted.Where(static word => !word.StartsWith('-'))];
int failed = 0;
using var finished = new ManualResetEventSlim();
using AssemblyRunner runner = AssemblyRunner.WithoutAppDomain(args[0]);
runner.TestCaseFilter = test => Contains(test.DisplayName, wanted) && !Contains(test.DisplayName, unwanted);
runner.OnTestStarting = static test => Console.WriteLine($"running {test.TestDisplayName}");
runner.OnTestPassed = static test => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"passed {test.TestDisplayName} {test.ExecutionTime:0.0}"));
runner.OnTestSkipped = static test => Console.WriteLine($"skipped {test.TestDisplayName}: {test.SkipReason}");
runner.OnTestFailed = test =>
{
    Interlocked.Increment(ref failed);
    Console.WriteLine($"FAILED {test.TestDisplayName}: {test.ExceptionType}: {test.ExceptionMessage}\n{test.ExceptionStackTrace}");
};
runner.OnExecutionComplete = end =>
{
    Console.WriteLine($"{end.TotalTests - end.TestsFailed - end.TestsSkipped} passed, {end.TestsFailed} failed, {end.TestsSkipped} skipped");
    finished.Set();
};
runner.OnErrorMessage = error =>
{
    Interlocked.Increment(ref failed);
    Console.WriteLine($"FAILED {error.MesssageType}: {error.ExceptionMessage}");
};
runner.Start(new AssemblyRunnerStartOptions { Parallel = false });
finished.Wait();

// It tells of the end before it has come to its own, and may not be disposed of before that.
SpinWait.SpinUntil(() => runner.Status == AssemblyRunnerStatus.Idle);
return failed == 0 ? 0 : 1;

static bool Contains(string name, string[] words) =>
    Array.Exists(words, word => Array.TrueForAll(word.Split('&'), part => name.Contains(part, StringComparison.Ordinal)));
