using System.Reflection;

namespace Loky.PowerShell.Internals;

/// <summary>A property without parameters, of an object or of a type.</summary>
/// <param name="owner">The type that has it.</param>
/// <param name="name">Its name.</param>
/// <param name="type">Its type, where that is not <typeparamref name="TValue"/> itself.</param>
internal sealed class InternalProperty<TValue>(InternalType owner, string name, InternalType? type = null) : InternalMember<PropertyInfo>(owner, name)
{
    /// <summary>Gets a value indicating whether the property is there and can be set.</summary>
    public bool CanSet => Info?.SetMethod is not null;

    /// <summary>Gets the value of an object, or of the type where <paramref name="target"/> is null; nothing where the property is missing, or the object's type has none.</summary>
    public TValue? Get(object? target) => Info is { GetMethod: { } getter } property && Fits(getter, target) ? (TValue?)property.GetValue(target) : default;

    /// <summary>Sets the value of an object. Returns false where there is no such property.</summary>
    public bool Set(object? target, TValue? value)
    {
        if (Info is not { SetMethod: { } setter } property || !Fits(setter, target))
        {
            return false;
        }

        property.SetValue(target, value);
        return true;
    }

    /// <inheritdoc/>
    protected override PropertyInfo? Find(Type declaring) =>
        declaring.GetProperty(Name, Any) is { GetMethod: not null } property
        && property.GetIndexParameters().Length == 0
        && property.PropertyType == (type is null ? typeof(TValue) : type.Value)
        && (type is null || typeof(TValue).IsAssignableFrom(property.PropertyType))
            ? property
            : null;

    private bool Fits(MethodInfo accessor, object? target) => accessor.IsStatic ? target is null : Owner.Value!.IsInstanceOfType(target);
}
