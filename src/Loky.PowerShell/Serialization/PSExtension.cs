namespace Loky.PowerShell.Serialization;

/// <summary>The MessagePack extension types of values that MessagePack has no form of its own for.</summary>
/// <remarks>What MessagePack has is written as it is: <see cref="int"/> (and <see cref="long"/> beyond its range) as an integer,
/// <see cref="double"/> and <see cref="float"/> as floating point numbers, well-formed strings, Booleans, byte arrays,
/// <c>object[]</c> as an array, and a custom object that has nothing but note properties as a map. Numbers are in network byte
/// order, text is UTF-16 in little-endian order, which keeps lone surrogates.</remarks>
internal static class PSExtension
{
    public const sbyte Composite = 1; // The first element of an array that is not an object[]: one byte, a PSComposite.
    public const sbyte Char = 3;
    public const sbyte Byte = 5;
    public const sbyte Int64 = 9;
    public const sbyte IntPtr = 11;
    public const sbyte UIntPtr = 12;
    public const sbyte DateTime = 18;
    public const sbyte TimeSpan = 20;
    public const sbyte Guid = 23;
    public const sbyte SemanticVersion = 25;
    public const sbyte AutomationNull = 31; // The "no output" of PowerShell, which is not the same as $null.
    public const sbyte MailAddress = 33;
    public const sbyte PhysicalAddress = 34;
    public const sbyte Certificate = 35; // The public part of an X.509 certificate.
    public const sbyte SecureString = 36;
    public const sbyte ScriptBlock = 37; // As its text. It is not parsed before it is used.
    public const sbyte XmlDocument = 38;
    public const sbyte SwitchParameter = 40;
    public const sbyte PlacedScriptBlock = 41; // With its place: file, line and column, each with a null character behind it, and text.
    public const sbyte Encoding = 42;
    public const sbyte CancellationToken = 43; // One that nobody can cancel.
}
