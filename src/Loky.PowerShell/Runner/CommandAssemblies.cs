using System.Reflection;

namespace Loky.PowerShell.Runner;

/// <summary>The assemblies of the commands that every session has. PowerShell loads each with the first command of it that runs,
/// and knows its types only then; a session in which somebody works has long done so.</summary>
internal static class CommandAssemblies
{
    private static readonly string[] Names = ["Microsoft.PowerShell.Commands.Utility", "Microsoft.PowerShell.Commands.Management"];

    public static void Load()
    {
        foreach (string name in Names)
        {
            try
            {
                _ = Assembly.Load(new AssemblyName(name));
            }
            catch (Exception exception) when (exception is IOException or BadImageFormatException)
            {
                // A PowerShell that is built otherwise loads them where they are.
            }
        }
    }
}
