namespace Loky.PowerShell.Serialization;

/// <summary>Writes values of one type.</summary>
internal delegate void ValueEncoder(PSWriteSession session, object value);
