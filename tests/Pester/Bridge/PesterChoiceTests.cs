using System.Diagnostics;
using Xunit;

namespace Loky.Pester.Bridge;

/// <summary>The Pester of the build is the one that runs, whatever else is on the module path.</summary>
public sealed class PesterChoiceTests
{
    private static readonly Version Old = new(4, 10, 1);

    [Fact]
    public void The_Pester_of_the_build_is_taken_before_all_others() =>
        Assert.Equal((PesterHost.PinnedPester, null), PesterHost.ChoosePester([Old, new(5, 99, 0), PesterHost.PinnedPester]));

    [Fact]
    public void Without_it_the_newest_Pester_5_is_taken() =>
        Assert.Equal((new Version(5, 8, 0), null), PesterHost.ChoosePester([Old, new(5, 3, 1), new(5, 8, 0), new(6, 0, 0)]));

    [Fact]
    public void A_Pester_4_alone_is_told_with_its_version() =>
        Assert.Equal(
            (null, $"Pester {PesterHost.PinnedPester} is not there, because the build could not get its package, and of 4.10.1 on the module path none is a Pester 5."),
            PesterHost.ChoosePester([Old]));

    [Fact]
    public void That_there_is_no_Pester_at_all_is_told() =>
        Assert.Equal(
            (null, $"Pester {PesterHost.PinnedPester} is not there, because the build could not get its package, and no other is on the module path."),
            PesterHost.ChoosePester([]));

    [PowerShellFact]
    public async Task A_Pester_4_before_it_on_the_module_path_is_not_imported()
    {
        string modules = Directory.CreateTempSubdirectory("loky-pester-").FullName;
        try
        {
            string folder = Path.Combine(modules, "Pester", Old.ToString());
            _ = Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "Pester.psd1"), $"@{{ ModuleVersion = '{Old}'; RootModule = 'Pester.psm1' }}");
            await File.WriteAllTextAsync(Path.Combine(folder, "Pester.psm1"), "throw 'the wrong Pester'");
            string file = Path.Combine(modules, "One.Tests.ps1");
            string result = Path.Combine(modules, "result.json");
            await File.WriteAllTextAsync(file, "Describe 'x' { It 'y' { (Get-Module Pester).Version | Should -Be '" + PesterHost.PesterVersion + "' } }");

            ProcessStartInfo start = PesterHost.StartInfo(
                "-File", Path.Combine(Repository.PesterFolder, "Invoke-PesterFile.ps1"), file, result, PesterHost.PesterVersion.ToString());
            start.Environment["PSModulePath"] = modules + Path.PathSeparator + start.Environment["PSModulePath"];
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            string[] texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync())
                .WaitAsync(TimeSpan.FromMinutes(2));

            Assert.True(File.Exists(result), string.Join('\n', texts));
            Assert.Contains("\"result\": \"Passed\"", await File.ReadAllTextAsync(result), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(modules, recursive: true);
        }
    }
}
