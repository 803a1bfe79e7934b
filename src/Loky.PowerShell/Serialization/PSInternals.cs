using System.Collections.ObjectModel;

namespace Loky.PowerShell.Serialization;

/// <summary>What PowerShell keeps internal and a faithful copy of an object needs. Where a PowerShell lacks one, the nearest
/// public way is taken.</summary>
internal static class PSInternals
{
    private static readonly Func<PSObject, bool>? Untouched = CompiledInternals.IsUntouched;
    private static readonly Func<PSObject, Collection<string>>? TypeNamesGetter = ObjectInternals.GetTypeNames.Info;
    private static readonly Func<int, PSObject>? WithCapacity = ObjectInternals.NewWithCapacity.Info;

    /// <summary>Tells that nobody has asked a wrapper for its members or type names, so that it cannot have been given any. True
    /// for most that a pipeline makes; finding out otherwise takes longer than writing a number.</summary>
    public static bool IsUntouched(PSObject wrapper) => Untouched is not null && Untouched(wrapper);

    /// <summary>Gets the type names without making a copy for the object, which the public property does.</summary>
    public static Collection<string> TypeNames(PSObject value) => TypeNamesGetter?.Invoke(value) ?? value.TypeNames;

    public static void SetTypeNames(PSObject value, string[] names)
    {
        if (TypeNameSetter.TrySet(value, names))
        {
            return;
        }

        value.TypeNames.Clear();
        foreach (string name in names)
        {
            value.TypeNames.Add(name);
        }
    }

    public static string? DeserializedText(PSObject value) => BroughtText.Of(value);

    public static void SetDeserializedText(PSObject value, string text) => BroughtText.Set(value, text);

    public static PSObject NewCustomObject(int properties) =>
        WithCapacity is null ? new PSObject() : WithCapacity(properties);

    /// <summary>Creates a script block that is not parsed before it is used: parsing may run code (<c>using module</c>,
    /// <c>configuration</c>), and reading a value must not. Null where PowerShell cannot do that and it might.</summary>
    public static ScriptBlock? NewScriptBlock(string text)
    {
        if (ScriptInternals.NewDelayParsed.Info is { } create)
        {
            return create(text, false);
        }

        try
        {
            return MayRunWhenParsed(text) ? null : ScriptBlock.Create(text);
        }
        catch (ParseException)
        {
            return null;
        }
    }

    public static bool TrySetLanguageMode(ScriptBlock script, PSLanguageMode mode) => ScriptInternals.LanguageMode.Set(script, mode);

    private static bool MayRunWhenParsed(string text) =>
        text.Contains("using", StringComparison.OrdinalIgnoreCase) || text.Contains("configuration", StringComparison.OrdinalIgnoreCase);
}
