namespace Loky.Pester.Bridge;

/// <summary>Carries every <c>It</c> of every Pester file as one xunit test, so that one command runs both suites.</summary>
public sealed class PesterTests
{
    /// <summary>Only marks the place: <see cref="PesterTestCase"/> looks the outcome up in the run of its file.</summary>
    [PesterFact]
    public void Pester()
    {
    }
}
