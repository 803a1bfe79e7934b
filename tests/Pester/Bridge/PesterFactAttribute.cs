using Xunit;
using Xunit.Sdk;

namespace Loky.Pester.Bridge;

/// <summary>Replaces a test method by one test case for each <c>It</c> found in <c>tests/Pester/*.Tests.ps1</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Loky.Pester.Bridge." + nameof(PesterDiscoverer), "Loky.Pester")]
public sealed class PesterFactAttribute : FactAttribute;
