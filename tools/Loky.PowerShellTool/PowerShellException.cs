namespace Loky.Tools;

/// <summary>There is no PowerShell to run something in.</summary>
public sealed class PowerShellException(string message, bool isMistake = false) : Exception(message)
{
    /// <summary>Whether something named or written by hand is wrong, rather than something not installed.</summary>
    public bool IsMistake { get; } = isMistake;
}
