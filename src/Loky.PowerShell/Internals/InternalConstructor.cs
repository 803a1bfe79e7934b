using System.Reflection;

namespace Loky.PowerShell.Internals;

/// <summary>A constructor, for what is not made often.</summary>
internal sealed class InternalConstructor<TResult>(InternalType owner, params InternalType[] parameters)
    : InternalMember<ConstructorInfo>(owner, ConstructorInfo.ConstructorName)
    where TResult : class
{
    /// <summary>Makes an object; null where the constructor is missing.</summary>
    public TResult? New(params object?[] arguments) =>
        (TResult?)Info?.Invoke(BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null);

    protected override ConstructorInfo? Find(Type declaring) =>
        ValuesOf(parameters) is { } types
        && typeof(TResult).IsAssignableFrom(declaring)
        && declaring.GetConstructor(Any & ~BindingFlags.Static, binder: null, types, modifiers: null) is { } constructor
        && Takes(constructor, parameters)
            ? constructor
            : null;
}
