using Xunit;

namespace Loky.Pester.Bridge;

/// <summary>The README has the two commands that whoever builds needs, and CI runs exactly these.</summary>
public sealed class ReadmeTests
{
    [Theory]
    [InlineData("dotnet run --project samples/SayHello -c Release")]
    [InlineData("dotnet test Loky.sln -c Release")]
    public void A_command_of_the_readme_is_what_continuous_integration_runs(string command)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, "README.md"));

        Assert.Contains(lines, line => line.StartsWith(command, StringComparison.Ordinal));
        Assert.Contains(command, File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run")), StringComparison.Ordinal);
    }
}
