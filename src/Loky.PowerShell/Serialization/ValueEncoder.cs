namespace Loky.PowerShell.Serialization;

/// <summary>Writes values of one type.</summary>
internal delegate void ValueEncoder(PSValueWriter writer, object value);
