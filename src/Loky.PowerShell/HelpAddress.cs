namespace Loky.PowerShell;

/// <summary>Where the help of each cmdlet stands on the web, for <c>Get-Help -Online</c>.</summary>
internal static class HelpAddress
{
    public const string InvokeLokyParallel = Root == "" ? "" : Folder + "Invoke-LokyParallel.md";
    public const string GetLokyExecutor = Root == "" ? "" : Folder + "Get-LokyExecutor.md";
    public const string StopLokyExecutor = Root == "" ? "" : Folder + "Stop-LokyExecutor.md";
    public const string StartLokyJob = Root == "" ? "" : Folder + "Start-LokyJob.md";

    /// <summary>
    /// The address of the repository, as the manifest's ProjectUri has it, without a slash at its end. A release sets both;
    /// without it the cmdlets have no address, and <c>-Online</c> says so.
    /// </summary>
    private const string Root = "";

    private const string Folder = Root + "/blob/main/docs/en-US/";
}
