using System.Reflection;
using System.Reflection.Emit;

namespace Loky.PowerShell.Internals;

/// <summary>A method, or a constructor as <c>.ctor</c>, that is called often, as a compiled delegate. For types that the compiler
/// does not know, the delegate has <see cref="object"/>, or a base type, and for an enum a number.</summary>
internal sealed class InternalDelegate<TDelegate>(InternalType owner, string name, InternalType returns, params InternalType[] parameters)
    : InternalMember<TDelegate>(owner, name)
    where TDelegate : Delegate
{
    protected override TDelegate? Find(Type declaring)
    {
        if (ValuesOf(parameters) is not { } types)
        {
            return null;
        }

        MethodBase? found = Name == ConstructorInfo.ConstructorName
            ? declaring.GetConstructor(Any & ~BindingFlags.Static, binder: null, types, modifiers: null)
            : declaring.GetMethod(Name, 0, Any, binder: null, types, modifiers: null);
        if (found is null || !Takes(found, parameters) || ((found as MethodInfo)?.ReturnType ?? declaring) != returns.Value)
        {
            return null;
        }

        return (found is MethodInfo method ? Delegate.CreateDelegate(typeof(TDelegate), method, throwOnBindFailure: false) as TDelegate : null)
            ?? Adapt(found, declaring);
    }

    /// <summary>Compiles a method with the signature of the delegate that calls the other.</summary>
    private TDelegate? Adapt(MethodBase found, Type declaring)
    {
        MethodInfo shape = typeof(TDelegate).GetMethod("Invoke")!;
        Type[] given = Array.ConvertAll(shape.GetParameters(), static parameter => parameter.ParameterType);
        ParameterInfo[] own = found.GetParameters();
        int target = found is ConstructorInfo || found.IsStatic ? 0 : 1;
        Type[] wanted = [.. Enumerable.Repeat(declaring, target), .. own.Select(static parameter => parameter.ParameterType)];
        Type result = (found as MethodInfo)?.ReturnType ?? declaring;
        if (given.Length != wanted.Length || (result != shape.ReturnType && (result.IsValueType || !shape.ReturnType.IsAssignableFrom(result))))
        {
            return null;
        }

        var adapter = new DynamicMethod(Name, shape.ReturnType, given, typeof(InternalMember).Module, skipVisibility: true);
        ILGenerator code = adapter.GetILGenerator();
        for (int i = 0; i < given.Length; i++)
        {
            code.Emit(OpCodes.Ldarg, (short)i);
            if (given[i] == wanted[i]
                || (wanted[i].IsEnum && wanted[i].GetEnumUnderlyingType() == given[i])
                || (i >= target && own[i - target].IsOut && HasPlaceFor(given[i], wanted[i])))
            {
                continue;
            }

            if (wanted[i].IsValueType || given[i].IsValueType || wanted[i].IsByRef || given[i].IsByRef)
            {
                return null;
            }

            code.Emit(OpCodes.Castclass, wanted[i]);
        }

        if (found is ConstructorInfo constructor)
        {
            code.Emit(OpCodes.Newobj, constructor);
        }
        else
        {
            code.Emit(found.IsVirtual ? OpCodes.Callvirt : OpCodes.Call, (MethodInfo)found);
        }

        code.Emit(OpCodes.Ret);
        return adapter.CreateDelegate<TDelegate>();
    }

    /// <summary>Tells whether what a method puts out has room in a variable of another type.</summary>
    private static bool HasPlaceFor(Type variable, Type value) =>
        variable.IsByRef && value.IsByRef && !value.GetElementType()!.IsValueType && variable.GetElementType()!.IsAssignableFrom(value.GetElementType());
}
