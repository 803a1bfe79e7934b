using System.Reflection;

namespace Loky.PowerShell.Internals;

/// <summary>A method of an object, for what is not called often.</summary>
internal sealed class InternalMethod(InternalType owner, string name, InternalType returns, params InternalType[] parameters)
    : InternalMember<MethodInfo>(owner, name)
{
    /// <summary>Gets the type that a method with one type parameter is called with; null for a method without.</summary>
    public Type? TypeArgument { get; init; }

    /// <summary>Calls it on an object; null where it is missing, or the object's type has none.</summary>
    public object? Invoke(object? target, params object?[] arguments) =>
        Info is { } method && Owner.Value!.IsInstanceOfType(target)
            ? method.Invoke(target, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null)
            : null;

    protected override MethodInfo? Find(Type declaring)
    {
        if (ValuesOf(parameters) is not { } types)
        {
            return null;
        }

        MethodInfo? method = declaring.GetMethod(Name, TypeArgument is null ? 0 : 1, Any & ~BindingFlags.Static, binder: null, types, modifiers: null);
        method = TypeArgument is null ? method : method?.MakeGenericMethod(TypeArgument);
        return method is not null && method.ReturnType == returns.Value && Takes(method, parameters) ? method : null;
    }
}
