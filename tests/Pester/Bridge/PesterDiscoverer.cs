using Xunit.Abstractions;
using Xunit.Sdk;

namespace Loky.Pester.Bridge;

/// <summary>Lists the Pester tests without running them; each knows at once why it would be skipped.</summary>
public sealed class PesterDiscoverer(IMessageSink diagnostics) : IXunitTestCaseDiscoverer
{
    /// <inheritdoc/>
    public IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute)
    {
        string? skipReason = PesterHost.SkipReason;
        List<IXunitTestCase> cases = PesterScanner.Files()
            .SelectMany(PesterScanner.Scan)
            .Select(it => (IXunitTestCase)new PesterTestCase(diagnostics, testMethod, it, skipReason))
            .ToList();

        if (cases.Count == 0)
        {
            cases.Add(new ExecutionErrorTestCase(
                diagnostics, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, testMethod,
                $"No Pester test was found in {Repository.PesterFolder}."));
        }

        return cases;
    }
}
