namespace Loky.Serialization;

/// <summary>Counts the exceptions written in one value.</summary>
internal sealed class ExceptionCount
{
    /// <summary>Gets or sets how many there are so far.</summary>
    public int Written { get; set; }
}
