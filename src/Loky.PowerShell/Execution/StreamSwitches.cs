using System.Management.Automation;
using System.Reflection;

namespace Loky.PowerShell.Execution;

/// <summary>
/// Lets verbose and debug messages through to the caller that the block was asked, or asked by itself, to write. The
/// choice was made in the worker, where the preferences of the call hold; made again here it would drop what
/// <c>Write-Verbose -Verbose</c> says in a block.
/// </summary>
internal static class StreamSwitches
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Switches both streams of a cmdlet on, unless its user switched them himself.</summary>
    public static void Open(PSCmdlet cmdlet)
    {
        foreach (string name in new[] { "Verbose", "Debug" })
        {
            if (!cmdlet.MyInvocation.BoundParameters.ContainsKey(name))
            {
                cmdlet.CommandRuntime.GetType().GetProperty(name, Any)?.SetValue(cmdlet.CommandRuntime, true);
            }
        }
    }
}
