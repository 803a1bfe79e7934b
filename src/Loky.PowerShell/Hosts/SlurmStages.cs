using Loky.Remote;

namespace Loky.PowerShell.Hosts;

/// <summary>Tells from what <c>srun</c> writes, the same in every language, whether it waits for its place.</summary>
internal static class SlurmStages
{
    private static readonly string[] Waiting = ["queued and waiting for resources", "step creation temporarily disabled", "step creation still disabled"];
    private static readonly string[] Placed = ["has been allocated resources", "Step created for"];

    public static HostStage? Of(string line) =>
        Array.Exists(Waiting, sign => line.Contains(sign, StringComparison.OrdinalIgnoreCase)) ? HostStage.Queued
        : Array.Exists(Placed, sign => line.Contains(sign, StringComparison.OrdinalIgnoreCase)) ? HostStage.Connecting
        : null;
}
