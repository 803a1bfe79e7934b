using System.Reflection;

namespace Loky.PowerShell.Internals;

/// <summary>A member that is not public, or newer than what the module is compiled against. It is looked up when it is first
/// asked for, and missing where there is none of its name and signature: whoever uses it has a way without it.</summary>
internal abstract class InternalMember(InternalType owner, string name)
{
    /// <summary>The variable that has all members reported missing where it is 1. Workers inherit it.</summary>
    public const string HideVariable = "LOKY_HIDE_INTERNALS";

    protected const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    public static bool AreHidden { get; } = Environment.GetEnvironmentVariable(HideVariable) == "1";

    public InternalType Owner { get; } = owner;

    public string Name { get; } = name;

    /// <summary>Gets a value indicating whether the member is there, with the signature that is expected of it.</summary>
    public abstract bool IsPresent { get; }

    public override string ToString() => $"{Owner}.{Name}";

    /// <summary>Looks something up. Whatever goes wrong there, it is missing.</summary>
    public static T? LookUp<T>(Func<T?> find)
        where T : class
    {
        if (AreHidden)
        {
            return null;
        }

        try
        {
            return find();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Several of one name, a type that cannot be loaded: other internals than those that are known.
            return null;
        }
    }

    protected static bool Takes(MethodBase method, InternalType[] types)
    {
        ParameterInfo[] parameters = method.GetParameters();
        return parameters.Length == types.Length && !types.Where((type, i) => type.Value is not { } expected || parameters[i].ParameterType != expected).Any();
    }

    protected static Type[]? ValuesOf(InternalType[] types) =>
        Array.TrueForAll(types, static type => type.Value is not null) ? Array.ConvertAll(types, static type => type.Value!) : null;
}
