using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Reflection;
using System.Reflection.Emit;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// What PowerShell keeps internal and a faithful copy of an object needs, reached by delegates that are made once.
/// Where a PowerShell lacks one, the nearest public way is taken.
/// </summary>
internal static class PSInternals
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Func<PSObject, Collection<string>>? TypeNamesGetter =
        Getter<PSObject, Collection<string>>("InternalTypeNames");

    private static readonly TypeNameSetter? TypeNamesSetter = TypeNameSetter.Create();

    private static readonly Func<PSObject, string?>? DeserializedTextGetter =
        Getter<PSObject, string?>("ToStringFromDeserialization");

    private static readonly Action<PSObject, string?>? DeserializedTextSetter =
        Delegate<Action<PSObject, string?>>(typeof(PSObject).GetProperty("ToStringFromDeserialization", Any)?.SetMethod);

    private static readonly Action<PSObject, string?>? TokenTextSetter =
        Delegate<Action<PSObject, string?>>(typeof(PSObject).GetProperty("TokenText", Any)?.SetMethod);

    private static readonly PSMemberInfo? ToStringMethod = FindToString();

    private static readonly Func<PSObject, bool>? Untouched = UntouchedTest();

    private static readonly Func<int, PSObject>? WithCapacity = CapacityConstructor();

    private static readonly Func<string, bool, ScriptBlock>? DelayParsed =
        Delegate<Func<string, bool, ScriptBlock>>(typeof(ScriptBlock).GetMethod("CreateDelayParsedScriptBlock", Any));

    private static readonly Action<ScriptBlock, PSLanguageMode?>? LanguageModeSetter =
        Delegate<Action<ScriptBlock, PSLanguageMode?>>(typeof(ScriptBlock).GetProperty("LanguageMode", Any)?.SetMethod);

    /// <summary>
    /// Tells that nobody has asked a wrapper for its members or type names, so that it cannot have been given any. True
    /// for most that a pipeline makes; finding out otherwise takes longer than writing a number.
    /// </summary>
    public static bool IsUntouched(PSObject wrapper) => Untouched is not null && Untouched(wrapper);

    /// <summary>Gets the type names without making a copy for the object, which the public property does.</summary>
    public static Collection<string> TypeNames(PSObject value) => TypeNamesGetter?.Invoke(value) ?? value.TypeNames;

    /// <summary>Gives a custom object its type names.</summary>
    public static void SetTypeNames(PSObject value, string[] names)
    {
        if (TypeNamesSetter is not null)
        {
            TypeNamesSetter.Set(value, names);
            return;
        }

        value.TypeNames.Clear();
        foreach (string name in names)
        {
            value.TypeNames.Add(name);
        }
    }

    /// <summary>Gets the text that an object brought along from another process, if it did.</summary>
    public static string? DeserializedText(PSObject value) => DeserializedTextGetter?.Invoke(value);

    /// <summary>Sets the text that an object of another process has, for <c>ToString</c> and in strings of scripts.</summary>
    public static void SetDeserializedText(PSObject value, string text)
    {
        if (DeserializedTextSetter is null)
        {
            return;
        }

        DeserializedTextSetter(value, text);
        TokenTextSetter?.Invoke(value, text);

        // Without this member a custom object in a string shows its properties, whatever text it has.
        if (ToStringMethod is not null)
        {
            value.Members.Add(ToStringMethod, preValidated: true);
        }
    }

    /// <summary>Creates a custom object with room for so many properties.</summary>
    public static PSObject NewCustomObject(int properties) =>
        WithCapacity is null ? new PSObject() : WithCapacity(properties);

    /// <summary>
    /// Creates a script block that is not parsed before it is used: parsing runs code in some cases (<c>using module</c>,
    /// <c>configuration</c>), and reading a value must not. Null where PowerShell cannot do that.
    /// </summary>
    public static ScriptBlock? NewScriptBlock(string text) => DelayParsed?.Invoke(text, false);

    /// <summary>Sets what a script may do wherever it runs. Returns false where PowerShell does not let it be set.</summary>
    public static bool TrySetLanguageMode(ScriptBlock script, PSLanguageMode mode)
    {
        LanguageModeSetter?.Invoke(script, mode);
        return LanguageModeSetter is not null;
    }

    private static Func<TOwner, TValue>? Getter<TOwner, TValue>(string name) =>
        Delegate<Func<TOwner, TValue>>(typeof(TOwner).GetProperty(name, Any)?.GetMethod);

    private static TDelegate? Delegate<TDelegate>(MethodInfo? method)
        where TDelegate : Delegate =>
        method is null ? null : method.CreateDelegate<TDelegate>();

    private static PSMemberInfo? FindToString()
    {
        object? adapter = typeof(PSObject).GetField("DotNetInstanceAdapter", Any)?.GetValue(null)
            ?? typeof(PSObject).GetProperty("DotNetInstanceAdapter", Any)?.GetValue(null);
        foreach (MethodInfo method in adapter?.GetType().GetMethods(Any) ?? [])
        {
            if (method.Name == "GetDotNetMethod" && method.IsGenericMethodDefinition && method.GetParameters().Length == 2)
            {
                return (PSMemberInfo?)method.MakeGenericMethod(typeof(PSMemberInfo)).Invoke(adapter, [new PSObject(), "ToString"]);
            }
        }

        return null;
    }

    private static Func<PSObject, bool>? UntouchedTest()
    {
        if (typeof(PSObject).GetField("_instanceMembers", Any) is not { FieldType.IsClass: true } members
            || typeof(PSObject).GetField("_typeNames", Any) is not { FieldType.IsClass: true } names)
        {
            return null;
        }

        // members == null & names == null
        var method = new DynamicMethod("IsUntouched", typeof(bool), [typeof(PSObject)], typeof(PSObject).Module, true);
        ILGenerator code = method.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldfld, members);
        code.Emit(OpCodes.Ldnull);
        code.Emit(OpCodes.Ceq);
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldfld, names);
        code.Emit(OpCodes.Ldnull);
        code.Emit(OpCodes.Ceq);
        code.Emit(OpCodes.And);
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<PSObject, bool>>();
    }

    private static Func<int, PSObject>? CapacityConstructor()
    {
        if (typeof(PSObject).GetConstructor([typeof(int)]) is not { } constructor)
        {
            return null;
        }

        var method = new DynamicMethod("NewPSObject", typeof(PSObject), [typeof(int)]);
        ILGenerator code = method.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Newobj, constructor);
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<int, PSObject>>();
    }
}
