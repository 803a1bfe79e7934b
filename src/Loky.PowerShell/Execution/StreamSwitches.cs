namespace Loky.PowerShell.Execution;

/// <summary>Lets through the verbose and debug messages that the block wrote: the worker has applied the call's preferences, and
/// to apply them again would drop what <c>Write-Verbose -Verbose</c> says.</summary>
internal static class StreamSwitches
{
    public static void Open(PSCmdlet cmdlet)
    {
        foreach (InternalProperty<bool> stream in new[] { CommandInternals.Verbose, CommandInternals.Debug })
        {
            if (!cmdlet.MyInvocation.BoundParameters.ContainsKey(stream.Name))
            {
                stream.Set(cmdlet.CommandRuntime, true);
            }
        }
    }
}
