using System.Management.Automation;
using Loky.PowerShell.Internals;

namespace Loky.PowerShell.Execution;

/// <summary>
/// Lets verbose and debug messages through to the caller that the block was asked, or asked by itself, to write. The
/// choice was made in the worker, where the preferences of the call hold; made again here it would drop what
/// <c>Write-Verbose -Verbose</c> says in a block.
/// </summary>
internal static class StreamSwitches
{
    /// <summary>Switches both streams of a cmdlet on, unless its user switched them himself.</summary>
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
