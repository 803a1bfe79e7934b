using System.Reflection;

namespace Loky.PowerShell.Internals;

/// <summary>A field of an object, or of a type.</summary>
/// <param name="owner">The type that has it.</param>
/// <param name="name">Its name.</param>
/// <param name="type">Its type, where that is not <typeparamref name="TValue"/> itself.</param>
internal sealed class InternalField<TValue>(InternalType owner, string name, InternalType? type = null) : InternalMember<FieldInfo>(owner, name)
{
    /// <summary>Gets the value of an object, or of the type where <paramref name="target"/> is null; nothing where the field is missing, or the object's type has none.</summary>
    public TValue? Get(object? target) => Info is { } field && Fits(field, target) ? (TValue?)field.GetValue(target) : default;

    /// <summary>Sets the value of an object. Returns false where there is no such field.</summary>
    public bool Set(object? target, TValue? value)
    {
        if (Info is not { } field || !Fits(field, target))
        {
            return false;
        }

        field.SetValue(target, value);
        return true;
    }

    /// <inheritdoc/>
    protected override FieldInfo? Find(Type declaring) =>
        declaring.GetField(Name, Any) is { } field
        && field.FieldType == (type is null ? typeof(TValue) : type.Value)
        && (type is null || typeof(TValue).IsAssignableFrom(field.FieldType))
            ? field
            : null;

    private bool Fits(FieldInfo field, object? target) => field.IsStatic ? target is null : Owner.Value!.IsInstanceOfType(target);
}
