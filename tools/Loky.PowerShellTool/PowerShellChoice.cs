using System.ComponentModel;

namespace Loky.Tools;

/// <summary>Which PowerShell runs the tests, and which the sample.</summary>
public static class PowerShellChoice
{
    /// <summary>The variable that names the PowerShell to test with.</summary>
    public const string TestVariable = "LOKY_TEST_PWSH";

    /// <summary>The PowerShell that <paramref name="named"/> names, the value of <see cref="TestVariable"/>; without it the pinned one.</summary>
    /// <exception cref="PowerShellException">It is not there, or is none.</exception>
    public static PowerShellProgram ForTests(string? named)
    {
        if (string.IsNullOrEmpty(named))
        {
            return PinnedPowerShell.Open();
        }

        string name = $"{TestVariable} ('{named}')";
        try
        {
            return PowerShellProgram.Open(named, name);
        }
        catch (Win32Exception e)
        {
            throw new PowerShellException($"{name} cannot be started: {e.Message}", isMistake: true);
        }
    }

    /// <summary>The <c>pwsh</c> on PATH where it can run the module, else the pinned one; <paramref name="tell"/> hears why not the first.</summary>
    /// <exception cref="PowerShellException">There is neither.</exception>
    public static PowerShellProgram OfThisMachine(Action<string> tell) => OnPath("pwsh", tell) ?? PinnedPowerShell.Open();

    /// <summary>The PowerShell that <paramref name="command"/> starts, or null where it cannot run the module; <paramref name="tell"/> hears why.</summary>
    public static PowerShellProgram? OnPath(string command, Action<string> tell)
    {
        const string Next = "Looking for the one that .config/dotnet-tools.json pins.";
        try
        {
            return PowerShellProgram.Open(command, $"The {command} on PATH");
        }
        catch (Win32Exception)
        {
            tell($"No {command} is on PATH. {Next}");
        }
        catch (PowerShellException e)
        {
            tell($"{e.Message} {Next}");
        }

        return null;
    }
}
