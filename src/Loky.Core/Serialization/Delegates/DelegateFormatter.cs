using System.Reflection;

namespace Loky.Serialization;

/// <summary>What a delegate names.</summary>
internal static class DelegateFormatter
{
    /// <summary>
    /// Gets the assemblies that the caller of a delegate named with it, so that their types may come back: those of the method,
    /// of its target and of its type arguments. .NET itself is never among them, nor is this assembly.
    /// </summary>
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
