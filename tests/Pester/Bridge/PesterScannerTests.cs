using Xunit;

namespace Loky.Pester.Bridge;

/// <summary>The scan is the only list of tests where PowerShell is missing, so it must see them all.</summary>
public sealed class PesterScannerTests
{
    [Fact]
    public void Every_test_of_every_file_is_listed()
    {
        IEnumerable<string> unlisted = PesterScanner.Files().SelectMany(
            file => PesterScanner.UnlistedLines(File.ReadAllLines(file)),
            (file, line) => $"{Path.GetFileName(file)}:{line}: write It '<name>' on one line, in single quotes");

        Assert.Empty(unlisted);
    }

    [Fact]
    public void No_file_has_two_tests_of_one_name()
    {
        IEnumerable<string> doubles = PesterScanner.Files()
            .SelectMany(PesterScanner.Scan)
            .GroupBy(it => (it.File, it.Name))
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Key.File}: {group.Key.Name}");

        Assert.Empty(doubles);
    }

    [Fact]
    public void Names_keep_their_quotes_and_lines()
    {
        string[] lines = ["Describe 'x' {", "    It 'keeps the caller''s location' {", "    # It 'is a comment' {", "    It 'has data' -ForEach @("];

        Assert.Equal(
            [new PesterIt("a.Tests.ps1", 2, "keeps the caller's location"), new PesterIt("a.Tests.ps1", 4, "has data")],
            PesterScanner.Scan("a.Tests.ps1", lines));
    }

    [Theory]
    [InlineData("    It \"in double quotes\" {")]
    [InlineData("    It $name {")]
    [InlineData("    it -Name 'named' {")]
    public void A_test_in_another_form_is_told(string line) =>
        Assert.Equal([1], PesterScanner.UnlistedLines([line]));

    [Theory]
    [InlineData("# Runs alone: it measures time.", true)]
    [InlineData("# Runs beside others.", false)]
    [InlineData("BeforeAll {", false)]
    public void A_file_that_runs_alone_says_so_in_its_first_line(string line, bool expected) =>
        Assert.Equal(expected, PesterScanner.RunsAlone([line, "BeforeAll { }"]));
}
