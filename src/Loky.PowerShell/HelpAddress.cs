namespace Loky.PowerShell;

/// <summary>Where the help of each cmdlet is on the web, for <c>Get-Help -Online</c>: below the manifest's ProjectUri.</summary>
internal static class HelpAddress
{
    public const string InvokeLokyParallel = Folder + "Invoke-LokyParallel.md";
    public const string GetLokyExecutor = Folder + "Get-LokyExecutor.md";
    public const string StopLokyExecutor = Folder + "Stop-LokyExecutor.md";
    public const string StartLokyJob = Folder + "Start-LokyJob.md";
    public const string NewLokyHost = Folder + "New-LokyHost.md";
    public const string TestLokyHost = Folder + "Test-LokyHost.md";

    public const string ExportLokyReport = Folder + "Export-LokyReport.md";
    public const string ExportLokyTrace = Folder + "Export-LokyTrace.md";

    private const string Folder = "https://github.com/loky-powershell/loky/blob/main/docs/en-US/";
}
