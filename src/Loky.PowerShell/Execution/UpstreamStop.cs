using System.Management.Automation;
using System.Reflection;

namespace Loky.PowerShell.Execution;

/// <summary>
/// Ends the commands in front of a cmdlet that wants no more input, as <c>Select-Object -First</c> does. The exception
/// for it is not public; where it cannot be made, the input is read to its end for nothing.
/// </summary>
internal static class UpstreamStop
{
    private static readonly ConstructorInfo? NewException = typeof(PSObject).Assembly
        .GetType("System.Management.Automation.StopUpstreamCommandsException")
        ?.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .FirstOrDefault(static constructor => constructor.GetParameters() is [{ } only] && only.ParameterType.IsAssignableFrom(typeof(PSCmdlet)));

    /// <summary>Does not return, unless there is no way to.</summary>
    public static void Throw(PSCmdlet cmdlet)
    {
        if (NewException?.Invoke([cmdlet]) is Exception exception)
        {
            throw exception;
        }
    }
}
