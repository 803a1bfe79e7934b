namespace Loky.PowerShell.Hosts;

/// <summary>What was given is no host; the message tells what is wrong, and the way out.</summary>
internal sealed class HostFormatException(object? target, string message) : ArgumentException(message)
{
    public object? Target { get; } = target;
}
