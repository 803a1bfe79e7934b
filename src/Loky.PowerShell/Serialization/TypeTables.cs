using System.Management.Automation;
using System.Reflection;
using System.Reflection.Emit;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// The members that the type data of a runspace gives to objects of some type names. PowerShell keeps them in a collection
/// for each list of names, in each runspace, and makes another one when the runspace's type data changes: whatever is
/// kept with the collection is valid as long as it is the one that is found.
/// </summary>
internal static class TypeTables
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly object NoTypeData = new();

    private static readonly Func<PSObject, object?>? Finder = CreateFinder();

    /// <summary>
    /// Gets the collection for the type names of <paramref name="wrapper"/> in the runspace that it belongs to; where there
    /// is no runspace, one without members. Null where a PowerShell has other internals.
    /// </summary>
    public static object? MembersFor(PSObject wrapper) => Finder is null ? null : Finder(wrapper) ?? NoTypeData;

    private static Func<PSObject, object?>? CreateFinder()
    {
        MethodInfo? table = typeof(PSObject).GetMethod("GetTypeTable", Any, Type.EmptyTypes);
        MethodInfo? names = typeof(PSObject).GetProperty("InternalTypeNames", Any)?.GetMethod;
        MethodInfo? members = names is null
            ? null
            : table?.ReturnType.GetMethod("GetMembers", 0, Any, null, [names.ReturnType], null);
        if (table is null || names is null || members is null)
        {
            return null;
        }

        // wrapper.GetTypeTable()?.GetMembers(wrapper.InternalTypeNames)
        var method = new DynamicMethod("MembersFor", typeof(object), [typeof(PSObject)], typeof(PSObject).Module, true);
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
}
