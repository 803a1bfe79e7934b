using Loky.Tools;
using Xunit;

namespace Loky.Pester.Bridge;

/// <summary>What somebody named or wrote wrongly is told in one line that names it; what is merely missing is a reason to skip.</summary>
public sealed class PowerShellChoiceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loky-choice-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_PowerShell_of_this_run_was_named_rightly() =>
        Assert.True(PesterHost.Mistake is null, PesterHost.Mistake);

    [Fact]
    public void A_named_PowerShell_that_does_not_exist_is_a_mistake()
    {
        string path = Path.Combine(_folder, "no-such-pwsh");

        AssertMistake(() => PowerShellChoice.ForTests(path), $"LOKY_TEST_PWSH ('{path}') cannot be started");
    }

    [Fact]
    public void A_named_program_that_is_no_PowerShell_is_a_mistake()
    {
        string path = Program("some-program", "I am a teapot");

        AssertMistake(
            () => PowerShellChoice.ForTests(path), $"LOKY_TEST_PWSH ('{path}') is no PowerShell. Asked for its version, it answered: I am a teapot");
    }

    [Fact]
    public void A_named_library_that_is_no_program_is_a_mistake()
    {
        string path = typeof(PowerShellChoice).Assembly.Location;

        AssertMistake(() => PowerShellChoice.ForTests(path), $"LOKY_TEST_PWSH ('{path}') is no PowerShell.");
    }

    [Fact]
    public void A_named_PowerShell_that_is_too_old_is_a_mistake()
    {
        string path = Program("pwsh", "PowerShell 7.2.24");

        AssertMistake(() => PowerShellChoice.ForTests(path), $"LOKY_TEST_PWSH ('{path}') is PowerShell 7.2.24; 7.4 or later is needed.");
    }

    [Theory]
    [InlineData("7.4.0", "7.4.0")]
    [InlineData("7.6.0-preview.1", "7.6.0")]
    [InlineData("8.0.0", "8.0.0")]
    public void A_named_PowerShell_that_can_run_the_module_is_taken(string told, string version) =>
        Assert.Equal(Version.Parse(version), PowerShellChoice.ForTests(Program("pwsh", $"PowerShell {told}")).Version);

    [Fact]
    public void An_old_PowerShell_on_the_path_is_told_and_passed_over()
    {
        List<string> told = [];

        Assert.Null(PowerShellChoice.OnPath(Program("pwsh", "PowerShell 7.2.24"), told.Add));
        Assert.Contains("is PowerShell 7.2.24; 7.4 or later is needed. Looking for", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public void No_PowerShell_on_the_path_is_told_and_passed_over()
    {
        List<string> told = [];

        Assert.Null(PowerShellChoice.OnPath("loky-no-such-pwsh", told.Add));
        Assert.StartsWith("No loky-no-such-pwsh is on PATH.", Assert.Single(told), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "version": 1, "tools": { "powershell": { "version": "7.6""", "cannot be read: ")]
    [InlineData("", "cannot be read: ")]
    [InlineData("[]", "names no version of the tool 'powershell'.")]
    [InlineData("""{ "version": 1, "tools": { } }""", "names no version of the tool 'powershell'.")]
    [InlineData("""{ "version": 1, "tools": { "powershell": { "version": 7 } } }""", "names no version of the tool 'powershell'.")]
    public void A_broken_tool_manifest_is_a_mistake(string text, string reason)
    {
        string manifest = Manifest(text);

        AssertMistake(() => PinnedPowerShell.Open(manifest, _folder), $"The tool manifest {manifest} {reason}");
    }

    [Fact]
    public void A_tool_manifest_that_is_not_there_is_a_mistake()
    {
        string manifest = Path.Combine(_folder, "dotnet-tools.json");

        AssertMistake(() => PinnedPowerShell.Open(manifest, _folder), $"The tool manifest {manifest} cannot be read: ");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("no JSON")]
    [InlineData("""[{ "Version": "7.6.9" }]""")]
    [InlineData("""[{ "Version": "1.0.0", "PathToExecutable": "/" }]""")]
    [InlineData("""[{ "Version": "7.6.9", "PathToExecutable": "/no/such/folder/shim.dll" }]""")]
    public void What_the_SDK_remembers_is_of_no_harm_where_it_does_not_help(string remembered)
    {
        string manifest = Manifest("""{ "version": 1, "tools": { "powershell": { "version": "7.6.9" } } }""");
        string file = Path.Combine(_folder, "remembered");
        File.WriteAllText(file, remembered);
        Assert.False(Assert.Throws<PowerShellException>(() => PinnedPowerShell.Open(manifest, _folder, file)).IsMistake);
    }

    [Fact]
    public void The_pinned_PowerShell_is_found_where_the_SDK_remembers_it()
    {
        string manifest = Manifest("""{ "version": 1, "tools": { "powershell": { "version": "7.6.9" } } }""");
        string library = Directory.CreateDirectory(Path.Combine(_folder, "tool", OperatingSystem.IsWindows() ? "win" : "unix")).FullName;
        File.WriteAllText(Path.Combine(library, "pwsh.dll"), "none");
        string file = Path.Combine(_folder, "remembered");
        File.WriteAllText(file, System.Text.Json.JsonSerializer.Serialize(new[] { new { Version = "7.6.9", PathToExecutable = Path.Combine(_folder, "tool", "shim.dll") } }));

        // It is no PowerShell, which is told of the very file.
        Assert.Contains(library, Assert.Throws<PowerShellException>(() => PinnedPowerShell.Open(manifest, _folder, file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pinned_PowerShell_that_could_not_be_fetched_is_no_mistake()
    {
        string manifest = Manifest("""{ "version": 1, "tools": { "powershell": { "version": "7.6.9" } } }""");

        PowerShellException e = Assert.Throws<PowerShellException>(() => PinnedPowerShell.Open(manifest, _folder));
        Assert.False(e.IsMistake);
        Assert.Equal(
            "PowerShell 7.6.9, pinned in .config/dotnet-tools.json, is not there: 'dotnet tool restore' fetches it, or tells what is in its way.", e.Message);
    }

    private static void AssertMistake(Func<PowerShellProgram> open, string line)
    {
        PowerShellException e = Assert.Throws<PowerShellException>(open);
        Assert.True(e.IsMistake);
        Assert.StartsWith(line, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    private string Manifest(string text)
    {
        string manifest = Path.Combine(_folder, "dotnet-tools.json");
        File.WriteAllText(manifest, text);
        return manifest;
    }

    /// <summary>A program that answers any question with <paramref name="line"/>.</summary>
    private string Program(string name, string line)
    {
        string path = Path.Combine(_folder, OperatingSystem.IsWindows() ? name + ".cmd" : name);
        File.WriteAllText(path, OperatingSystem.IsWindows() ? $"@echo {line}\r\n" : $"#!/bin/sh\necho '{line}'\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
