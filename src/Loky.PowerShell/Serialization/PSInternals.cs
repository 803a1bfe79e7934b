using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;

namespace Loky.PowerShell.Serialization;

/// <summary>What PowerShell keeps internal and a faithful copy of an object needs. Where a PowerShell lacks one, the nearest
/// public way is taken.</summary>
internal static class PSInternals
{
    private const int MostKept = 1024;

    // Objects of one kind share one read-only list, of which PowerShell makes a copy for an object whose names are changed later.
    private static readonly ConcurrentDictionary<string, Collection<string>> TypeNameLists = new(StringComparer.Ordinal);

    private static readonly ConditionalWeakTable<PSObject, string> Texts = [];

    // Without this member a custom object in a string shows its properties, whatever text it has.
    private static readonly Lazy<PSMemberInfo?> DotNetToString = new(static () =>
        ObjectInternals.GetDotNetMethod.Invoke(ObjectInternals.Adapter.Get(null), new PSObject(), nameof(ToString)) as PSMemberInfo);

    private static readonly Func<PSObject, bool>? Untouched = CompiledInternals.IsUntouched;
    private static readonly Func<PSObject, Collection<string>>? TypeNamesGetter = ObjectInternals.GetTypeNames.Info;
    private static readonly Func<int, PSObject>? WithCapacity = ObjectInternals.NewWithCapacity.Info;

    /// <summary>Tells that nobody has asked a wrapper for its members or type names, so that it cannot have been given any. True
    /// for most that a pipeline makes; finding out otherwise takes longer than writing a number.</summary>
    public static bool IsUntouched(PSObject wrapper) => Untouched is not null && Untouched(wrapper);

    /// <summary>Gets the type names without making a copy for the object, which the public property does.</summary>
    public static Collection<string> TypeNames(PSObject value) => TypeNamesGetter?.Invoke(value) ?? value.TypeNames;

    /// <summary>Sets all type names of an object: of a custom one at once; any other has a list of its own then.</summary>
    public static void SetTypeNames(PSObject value, params string[] names)
    {
        if (value.ImmediateBaseObject is not PSCustomObject || ObjectInternals.SetTypeNames.Info is not { } set || !ObjectInternals.NewTypeNames.IsPresent)
        {
            value.TypeNames.Clear();
            Array.ForEach(names, value.TypeNames.Add);
            return;
        }

        string key = names.Length == 1 ? names[0] : string.Join('\n', names);
        if (!TypeNameLists.TryGetValue(key, out Collection<string>? list))
        {
            list = ObjectInternals.NewTypeNames.New(names, true)!;
            if (TypeNameLists.Count < MostKept)
            {
                TypeNameLists[key] = list;
            }
        }

        set(value, list);
    }

    /// <summary>Gets the text that an object has brought along from another process.</summary>
    public static string? DeserializedText(PSObject value) =>
        ObjectInternals.GetText.Info is { } get ? get(value) : Texts.TryGetValue(value, out string? text) ? text : null;

    /// <summary>Sets that text. Where PowerShell does not let it be set, it is what a method of the object returns.</summary>
    public static void SetDeserializedText(PSObject value, string text)
    {
        if (ObjectInternals.SetText.Info is { } set && ObjectInternals.GetText.IsPresent && DotNetToString.Value is { } method)
        {
            set(value, text);
            ObjectInternals.SetTokenText.Info?.Invoke(value, text);
            value.Members.Add(method, preValidated: true);
            return;
        }

        Texts.AddOrUpdate(value, text);
        value.Members.Remove(nameof(ToString));
        value.Members.Add(new PSCodeMethod(nameof(ToString), typeof(PSInternals).GetMethod(nameof(TextOf))), preValidated: true);
    }

    /// <summary>Returns that text, as such a method does.</summary>
    public static string TextOf(PSObject value) => Texts.TryGetValue(value, out string? text) ? text : string.Empty;

    /// <summary>Makes the custom object that stands for one that cannot be made here, with its type names and its text.</summary>
    public static PSObject NewBag(string text, params string[] typeNames)
    {
        var bag = new PSObject();
        SetTypeNames(bag, typeNames);
        SetDeserializedText(bag, text);
        return bag;
    }

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

    private static bool MayRunWhenParsed(string text) =>
        text.Contains("using", StringComparison.OrdinalIgnoreCase) || text.Contains("configuration", StringComparison.OrdinalIgnoreCase);
}
