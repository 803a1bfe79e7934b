using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Reflection;
using System.Reflection.Emit;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// Sets all type names of an object at once. Objects of one kind share one read-only list, of which PowerShell makes a
/// copy for an object whose names are changed later.
/// </summary>
internal abstract class TypeNameSetter
{
    private const int MostKept = 1024;

    /// <summary>Creates the setter, or returns null where PowerShell has other internals.</summary>
    public static TypeNameSetter? Create()
    {
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        try
        {
            MethodInfo? setter = typeof(PSObject).GetProperty("InternalTypeNames", Any)?.SetMethod;
            Type? list = setter?.GetParameters()[0].ParameterType;
            ConstructorInfo? constructor = list?.GetConstructor(Any, null, [typeof(IEnumerable<string>), typeof(bool)], null);
            return constructor is null
                ? null
                : (TypeNameSetter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(list!), setter, constructor)!;
        }
        catch (Exception exception) when (exception is ArgumentException or TargetInvocationException or MissingMethodException)
        {
            return null;
        }
    }

    /// <summary>Sets the type names of <paramref name="value"/>.</summary>
    public abstract void Set(PSObject value, string[] names);

    private sealed class Of<TList>(MethodInfo setter, ConstructorInfo constructor) : TypeNameSetter
        where TList : Collection<string>
    {
        private readonly Action<PSObject, TList> _set = setter.CreateDelegate<Action<PSObject, TList>>();
        private readonly Func<IEnumerable<string>, bool, TList> _new = NewList(constructor);
        private readonly ConcurrentDictionary<string, TList> _lists = new(StringComparer.Ordinal);

        public override void Set(PSObject value, string[] names)
        {
            string key = names.Length == 1 ? names[0] : string.Join('\n', names);
            if (!_lists.TryGetValue(key, out TList? list))
            {
                list = _new(names, true);
                if (_lists.Count < MostKept)
                {
                    _lists[key] = list;
                }
            }

            _set(value, list);
        }

        private static Func<IEnumerable<string>, bool, TList> NewList(ConstructorInfo constructor)
        {
            var method = new DynamicMethod("NewTypeNames", typeof(TList), [typeof(IEnumerable<string>), typeof(bool)], typeof(PSObject).Module, true);
            ILGenerator code = method.GetILGenerator();
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Newobj, constructor);
            code.Emit(OpCodes.Ret);
            return method.CreateDelegate<Func<IEnumerable<string>, bool, TList>>();
        }
    }
}
