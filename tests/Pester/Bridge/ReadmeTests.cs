using Xunit;

namespace Loky.Pester.Bridge;

/// <summary>The README opens with the two commands a newcomer needs, and CI runs exactly these.</summary>
public sealed class ReadmeTests
{
    [Theory]
    [InlineData("dotnet run --project samples/SayHello -c Release")]
    [InlineData("dotnet test Loky.sln -c Release")]
    public void A_command_of_the_readme_is_what_continuous_integration_runs(string command)
    {
        string[] opening = File.ReadLines(Path.Combine(Repository.Root, "README.md")).Take(10).ToArray();

        Assert.Contains(opening, line => line.StartsWith(command, StringComparison.Ordinal));
        Assert.Contains(command, File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run")), StringComparison.Ordinal);
    }
}
