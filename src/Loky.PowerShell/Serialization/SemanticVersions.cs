using System.Management.Automation;
using System.Reflection;

namespace Loky.PowerShell.Serialization;

/// <summary>PowerShell's semantic versions, which the reference assembly does not have.</summary>
internal static class SemanticVersions
{
    /// <summary>Gets the type, or null where PowerShell has none.</summary>
    public static Type? Type { get; } = typeof(PSObject).Assembly.GetType("System.Management.Automation.SemanticVersion");

    // Below the property, whose value it needs.
    private static ConstructorInfo? Constructor { get; } = Type?.GetConstructor([typeof(string)]);

    /// <summary>Makes one from its text; the text itself where PowerShell has no such type.</summary>
    public static object Create(string text) => Constructor?.Invoke([text]) ?? text;
}
