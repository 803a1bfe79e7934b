using System.Reflection;
using System.Reflection.Emit;

namespace Loky.PowerShell.Internals;

/// <summary>A field of an object, or of a type; its type is given where it is not <typeparamref name="TValue"/>.</summary>
internal sealed class InternalField<TValue>(InternalType owner, string name, InternalType? type = null) : InternalMember<FieldInfo>(owner, name)
{
    /// <summary>Gets the value of an object, or of the type for null; default where it has no such field.</summary>
    public TValue? Get(object? target) => Info is { } field && Fits(field, target) ? (TValue?)field.GetValue(target) : default;

    public bool Set(object? target, TValue? value)
    {
        if (Info is not { } field || !Fits(field, target))
        {
            return false;
        }

        field.SetValue(target, value);
        return true;
    }

    /// <summary>Compiles what gets the value of an object, for a field that is read often; null where it is missing.</summary>
    public Func<TOwner, TValue?>? Compile<TOwner>()
        where TOwner : class =>
        LookUp(() =>
        {
            if (Info is not { IsStatic: false } field || !field.DeclaringType!.IsAssignableFrom(typeof(TOwner)))
            {
                return null;
            }

            var method = new DynamicMethod(Name, typeof(TValue), [typeof(TOwner)], typeof(InternalMember).Module, skipVisibility: true);
            ILGenerator code = method.GetILGenerator();
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldfld, field);
            code.Emit(OpCodes.Ret);
            return method.CreateDelegate<Func<TOwner, TValue?>>();
        });

    protected override FieldInfo? Find(Type declaring) =>
        declaring.GetField(Name, Any) is { } field
        && field.FieldType == (type is null ? typeof(TValue) : type.Value)
        && (type is null || typeof(TValue).IsAssignableFrom(field.FieldType))
            ? field
            : null;

    private bool Fits(FieldInfo field, object? target) => field.IsStatic ? target is null : Owner.Value!.IsInstanceOfType(target);
}
