namespace Loky.PowerShell.Serialization;

/// <summary>PowerShell's semantic versions, which the reference assembly does not have.</summary>
internal static class SemanticVersions
{
    public static Type? Type => InternalTypes.SemanticVersion.Value;

    /// <summary>Makes one from its text; the text itself where PowerShell has no such type.</summary>
    public static object Create(string text) => ObjectInternals.NewSemanticVersion.New(text) ?? text;
}
