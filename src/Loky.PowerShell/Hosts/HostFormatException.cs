namespace Loky.PowerShell.Hosts;

/// <summary>What was given is no host.</summary>
/// <param name="target">What was given.</param>
/// <param name="message">What is wrong with it, and the way out.</param>
internal sealed class HostFormatException(object? target, string message) : ArgumentException(message)
{
    /// <summary>Gets what was given.</summary>
    public object? Target { get; } = target;
}
