using System.Reflection;

namespace Loky.PowerShell.Internals;

/// <summary>A property without parameters; its type is given where it is not <typeparamref name="TValue"/>.</summary>
internal sealed class InternalProperty<TValue>(InternalType owner, string name, InternalType? type = null) : InternalMember<PropertyInfo>(owner, name)
{
    public bool CanSet => Info?.SetMethod is not null;

    /// <summary>Gets the value of an object, or of the type for null; default where it has no such property.</summary>
    public TValue? Get(object? target) => Info is { GetMethod: { } getter } property && Fits(getter, target) ? (TValue?)property.GetValue(target) : default;

    public bool Set(object? target, TValue? value)
    {
        if (Info is not { SetMethod: { } setter } property || !Fits(setter, target))
        {
            return false;
        }

        property.SetValue(target, value);
        return true;
    }

    protected override PropertyInfo? Find(Type declaring) =>
        declaring.GetProperty(Name, Any) is { GetMethod: not null } property
        && property.GetIndexParameters().Length == 0
        && property.PropertyType == (type is null ? typeof(TValue) : type.Value)
        && (type is null || typeof(TValue).IsAssignableFrom(property.PropertyType))
            ? property
            : null;

    private bool Fits(MethodInfo accessor, object? target) => accessor.IsStatic ? target is null : Owner.Value!.IsInstanceOfType(target);
}
