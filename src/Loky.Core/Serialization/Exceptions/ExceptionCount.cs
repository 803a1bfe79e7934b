namespace Loky.Serialization;

/// <summary>Counts the exceptions written in one value.</summary>
internal sealed class ExceptionCount
{
    public int Written { get; set; }
}
