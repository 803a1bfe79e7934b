using Xunit.Abstractions;
using Xunit.Sdk;

namespace Loky.Pester.Bridge;

/// <summary>Lists the Pester tests without running them, each file a collection; each test knows at once why it would be skipped.</summary>
public sealed class PesterDiscoverer(IMessageSink diagnostics) : IXunitTestCaseDiscoverer
{
    /// <inheritdoc/>
    public IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute)
    {
        string? skipReason = PesterHost.SkipReason;
        List<IXunitTestCase> cases = [];
        foreach (string file in PesterScanner.Files())
        {
            ITestMethod place = InOwnCollection(testMethod, file);
            cases.AddRange(PesterScanner.Scan(file).Select(it => new PesterTestCase(diagnostics, place, it, skipReason)));
        }

        if (cases.Count == 0)
        {
            cases.Add(new ExecutionErrorTestCase(
                diagnostics, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, testMethod,
                $"No Pester test was found in {Repository.PesterFolder}."));
        }

        return cases;
    }

    /// <summary>Collections run side by side, as many as there are processors, and those that run alone after the others.</summary>
    private static TestMethod InOwnCollection(ITestMethod testMethod, string file)
    {
        ITypeInfo? definition = PesterScanner.RunsAlone(File.ReadLines(file)) ? Reflector.Wrap(typeof(RunsAlone)) : null;
        TestCollection collection = new(testMethod.TestClass.TestCollection.TestAssembly, definition, Path.GetFileName(file));
        return new TestMethod(new TestClass(collection, testMethod.TestClass.Class), testMethod.Method);
    }
}
