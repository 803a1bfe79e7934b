using Xunit;

namespace Loky.Pester.Bridge;

/// <summary>The bridge must never turn a test that failed, or did not run, into one that passed.</summary>
public sealed class PesterVerdictTests
{
    private static readonly PesterIt It = new("a.Tests.ps1", 7, "does it");

    [Theory]
    [InlineData("Passed", PesterVerdictKind.Passed)]
    [InlineData("Failed", PesterVerdictKind.Failed)]
    [InlineData("Skipped", PesterVerdictKind.Skipped)]
    [InlineData("NotRun", PesterVerdictKind.Failed)]
    [InlineData("Inconclusive", PesterVerdictKind.Failed)]
    public void A_test_takes_its_own_result(string result, PesterVerdictKind expected) =>
        Assert.Equal(expected, Verdict([Outcome(result)]).Kind);

    [Fact]
    public void A_test_that_never_ran_fails() =>
        Assert.Equal(PesterVerdictKind.Failed, Verdict([Outcome("Passed") with { Line = 8 }]).Kind);

    [Fact]
    public void One_failed_expansion_fails_the_test_and_all_failures_are_told()
    {
        PesterVerdict verdict = Verdict(
        [
            Outcome("Passed"),
            Outcome("Failed") with { Message = "first" },
            Outcome("Skipped"),
            Outcome("Failed") with { Message = "second" },
        ]);

        Assert.Equal(PesterVerdictKind.Failed, verdict.Kind);
        Assert.Contains("first", verdict.Message, StringComparison.Ordinal);
        Assert.Contains("second", verdict.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new int[0], PesterVerdictKind.Failed)]
    [InlineData(new[] { 7 }, PesterVerdictKind.Failed)]
    [InlineData(new[] { 8 }, PesterVerdictKind.Passed)]
    public void A_failed_set_up_fails_the_tests_that_need_it(int[] lines, PesterVerdictKind expected) =>
        Assert.Equal(expected, Verdict([Outcome("Passed")], new PesterBlockFailure { Lines = lines, Message = "set-up" }).Kind);

    [Fact]
    public void A_test_that_is_in_no_list_fails_its_file()
    {
        PesterReport report = new PesterReport { Tests = [Outcome("Passed"), Outcome("Passed") with { Line = 9 }] }.WithUnlistedTests([It]);

        PesterVerdict verdict = PesterVerdict.Of(It, report);

        Assert.Equal(PesterVerdictKind.Failed, verdict.Kind);
        Assert.Contains("line 9", verdict.Message, StringComparison.Ordinal);
    }

    private static PesterOutcome Outcome(string result) => new() { Line = It.Line, Name = It.Name, Result = result, Seconds = 1 };

    private static PesterVerdict Verdict(PesterOutcome[] outcomes, params PesterBlockFailure[] failures) =>
        PesterVerdict.Of(It, new PesterReport { Tests = outcomes, Failures = failures });
}
