namespace Loky.PowerShell.Execution;

/// <summary>Ends the commands in front of a cmdlet that wants no more input, as <c>Select-Object -First</c> does. The exception
/// for it is not public; where it cannot be made, the input is read to its end for nothing.</summary>
internal static class UpstreamStop
{
    /// <summary>Does not return, unless there is no way to.</summary>
    public static void Throw(PSCmdlet cmdlet)
    {
        if (CommandInternals.StopUpstreamCommands.New(cmdlet) is { } exception)
        {
            throw exception;
        }
    }
}
