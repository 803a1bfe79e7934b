using System.Reflection;
using System.Reflection.Emit;

namespace Loky.Serialization;

/// <summary>Gets a reference to a field of <paramref name="owner"/>, to read or to write it.</summary>
internal delegate ref TField FieldReference<TOwner, TField>(ref TOwner owner);

/// <summary>Makes <see cref="FieldReference{TOwner, TField}"/>s.</summary>
internal static class FieldReference
{
    /// <summary>
    /// Makes the accessor of a field. It is compiled, not reflected, because that is what makes a field cost nanoseconds; and it
    /// also reaches fields that are private or read-only, which no expression tree may assign.
    /// </summary>
    public static FieldReference<TOwner, TField> To<TOwner, TField>(FieldInfo field)
    {
        DynamicMethod method = new(
            field.Name, typeof(TField).MakeByRefType(), [typeof(TOwner).MakeByRefType()], typeof(FieldReference).Module, skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        if (!typeof(TOwner).IsValueType)
        {
            il.Emit(OpCodes.Ldind_Ref);
        }

        il.Emit(OpCodes.Ldflda, field);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<FieldReference<TOwner, TField>>();
    }
}
