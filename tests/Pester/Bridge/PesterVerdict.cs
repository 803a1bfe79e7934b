namespace Loky.Pester.Bridge;

/// <summary>What xunit is told about one <c>It</c>.</summary>
/// <param name="Kind">Passed, failed or skipped.</param>
/// <param name="Seconds">The time of all expansions.</param>
/// <param name="Message">The errors of a failed test, or the reason of a skipped one.</param>
public sealed record PesterVerdict(PesterVerdictKind Kind, double Seconds, string Message)
{
    /// <summary>Joins the outcomes of all expansions of a test: one failure fails it, and only if all are skipped is it skipped.</summary>
    public static PesterVerdict Of(PesterIt it, PesterReport report)
    {
        List<PesterOutcome> outcomes = report.Tests.Where(outcome => outcome.Line == it.Line).ToList();
        double seconds = outcomes.Sum(outcome => outcome.Seconds);

        List<string> problems = report.Failures
            .Where(failure => failure.Lines.Count == 0 || failure.Lines.Contains(it.Line))
            .Select(failure => failure.Message)
            .Concat(outcomes
                .Where(outcome => outcome.Result is not ("Passed" or "Skipped"))
                .Select(outcome => $"[{outcome.Result}] {outcome.Name}\n{outcome.Message}"))
            .ToList();
        if (problems.Count == 0 && outcomes.Count == 0)
        {
            problems.Add($"The test on line {it.Line} of {it.File} never ran.");
        }

        if (problems.Count > 0)
        {
            return new PesterVerdict(PesterVerdictKind.Failed, seconds, string.Join("\n\n", problems));
        }

        return outcomes.TrueForAll(outcome => outcome.Result == "Skipped")
            ? new PesterVerdict(PesterVerdictKind.Skipped, seconds, SkipReason(outcomes))
            : new PesterVerdict(PesterVerdictKind.Passed, seconds, "");
    }

    private static string SkipReason(List<PesterOutcome> outcomes)
    {
        string reason = string.Join("; ", outcomes.Select(outcome => outcome.Message).Where(text => text.Length > 0).Distinct());
        return reason.Length > 0 ? reason : "The test does not apply to this platform.";
    }
}
