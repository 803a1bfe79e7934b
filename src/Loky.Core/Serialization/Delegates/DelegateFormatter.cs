using System.Reflection;

namespace Loky.Serialization;

internal static class DelegateFormatter
{
    /// <summary>Gets the assemblies that a delegate names, so that their types may come back; never .NET or this one.</summary>
    public static IReadOnlyCollection<Assembly> AssembliesNamedBy(Delegate task)
    {
        HashSet<Assembly> assemblies = [];
        MethodInfo method = task.Method;
        Add(method.DeclaringType);
        Add(task.Target?.GetType());
        foreach (Type argument in method.IsGenericMethod ? method.GetGenericArguments() : [])
        {
            Add(argument);
        }

        return assemblies;

        void Add(Type? type)
        {
            if (type is null)
            {
                return;
            }

            foreach (Type argument in type.GetGenericArguments())
            {
                Add(argument);
            }

            if (!AssemblyFacts.IsFramework(type.Assembly) && type.Assembly != typeof(DelegateFormatter).Assembly)
            {
                _ = assemblies.Add(type.Assembly);
            }
        }
    }
}
