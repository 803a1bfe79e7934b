using System.Reflection.Emit;

namespace Loky.PowerShell.Internals;

/// <summary>What is made of several members at once, because it is asked of every object.</summary>
internal static class CompiledInternals
{
    /// <summary>Tells that an object has neither members nor type names of its own; null where that cannot be told.</summary>
    public static readonly Func<PSObject, bool>? IsUntouched = InternalMember.LookUp(CompileUntouched);

    /// <summary>Gets the members that the type data of an object's runspace has for it; null where that cannot be told.</summary>
    public static readonly Func<PSObject, object?>? MembersOfTypeData = InternalMember.LookUp(CompileMembersOfTypeData);

    private static Func<PSObject, bool>? CompileUntouched()
    {
        if (ObjectInternals.Members.Info is not { } members || ObjectInternals.TypeNames.Info is not { } names)
        {
            return null;
        }

        // members == null & names == null
        DynamicMethod method = New(nameof(IsUntouched), typeof(bool));
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

    private static Func<PSObject, object?>? CompileMembersOfTypeData()
    {
        if (ObjectInternals.TypeTable.Info is not { } table || ObjectInternals.MembersOfNames.Info is not { } members || ObjectInternals.GetTypeNames.Info?.Method is not { } names)
        {
            return null;
        }

        // wrapper.GetTypeTable()?.GetMembers(wrapper.InternalTypeNames)
        DynamicMethod method = New(nameof(MembersOfTypeData), typeof(object));
        ILGenerator code = method.GetILGenerator();
        Label found = code.DefineLabel();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Call, table);
        code.Emit(OpCodes.Dup);
        code.Emit(OpCodes.Brtrue_S, found);
        code.Emit(OpCodes.Ret);
        code.MarkLabel(found);
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Call, names);
        code.Emit(OpCodes.Call, members);
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<PSObject, object?>>();
    }

    private static DynamicMethod New(string name, Type result) => new(name, result, [typeof(PSObject)], typeof(PSObject).Module, skipVisibility: true);
}
