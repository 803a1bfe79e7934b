using System.Runtime.CompilerServices;

namespace Loky.PowerShell.Serialization;

/// <summary>The texts that objects bring along from another process. Where PowerShell does not let them be set, the text is what
/// a method of the object returns.</summary>
internal static class BroughtText
{
    private const string MethodName = nameof(ToString);

    private static readonly ConditionalWeakTable<PSObject, string> Texts = [];

    // Without this member a custom object in a string shows its properties, whatever text it has.
    private static readonly PSMemberInfo? DotNetMethod =
        ObjectInternals.GetDotNetMethod.Invoke(ObjectInternals.Adapter.Get(null), new PSObject(), MethodName) as PSMemberInfo;

    public static string? Of(PSObject value) =>
        ObjectInternals.GetText.Info is { } get ? get(value) : Texts.TryGetValue(value, out string? text) ? text : null;

    public static void Set(PSObject value, string text)
    {
        if (DotNetMethod is not null && ObjectInternals.GetText.IsPresent && ObjectInternals.SetText.Info is { } set)
        {
            set(value, text);
            ObjectInternals.SetTokenText.Info?.Invoke(value, text);
            value.Members.Add(DotNetMethod, preValidated: true);
            return;
        }

        Texts.AddOrUpdate(value, text);
        value.Members.Remove(MethodName);
        value.Members.Add(new PSCodeMethod(MethodName, typeof(BroughtText).GetMethod(nameof(TextOf))), preValidated: true);
    }

    public static string TextOf(PSObject value) => Texts.TryGetValue(value, out string? text) ? text : string.Empty;
}
