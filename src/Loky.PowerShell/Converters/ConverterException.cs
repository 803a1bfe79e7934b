namespace Loky.PowerShell.Converters;

/// <summary>Something was given as a converter that is none.</summary>
internal sealed class ConverterException(string message, object? target) : Exception(message)
{
    /// <summary>Gets what names the type that it was given for.</summary>
    public object? Target { get; } = target;
}
