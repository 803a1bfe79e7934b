using System.Reflection;

namespace Loky.Serialization;

internal abstract class TypePolicy
{
    /// <summary>Gets the policy of a worker, which does whatever its parent says: any type, of any assembly.</summary>
    public static TypePolicy TrustParent { get; } = new ParentTrustingPolicy(AssemblyLocator.Shared);

    /// <summary>Gets the policy for results whose caller named no assembly: known types and those of the declared type.</summary>
    public static TypePolicy DeclaredOnly { get; } = new ResultTypePolicy([]);

    /// <summary>Gets a value indicating whether received bytes may also name methods to run.</summary>
    public abstract bool AllowsDelegates { get; }

    /// <summary>Gets the policy for the results of a delegate, whose assemblies are the caller's own.</summary>
    public static TypePolicy ForResultsOf(Delegate task) => ForAssemblies(MethodFormatter.AssembliesNamedBy(task));

    /// <summary>Gets the policy for results that may have any type of <paramref name="assemblies"/>.</summary>
    public static TypePolicy ForAssemblies(IReadOnlyCollection<Assembly> assemblies) =>
        assemblies.Count == 0 ? DeclaredOnly : new ResultTypePolicy([.. assemblies]);

    /// <summary>
    /// Finds a type by its full name, not constructed, for a value that as a whole is of the declared type; of a type that is
    /// itself the value nothing is to be made.
    /// </summary>
    /// <exception cref="TaskSerializationException">There is no such type, or it is not allowed.</exception>
    public abstract Type Resolve(AssemblyReference assembly, string name, Type declaredType, bool isValue);
}

/// <summary>The policy of a worker: the parent may name any type, and the assembly is loaded for it.</summary>
internal sealed class ParentTrustingPolicy(AssemblyLocator locator) : TypePolicy
{
    public override bool AllowsDelegates => true;

    public override Type Resolve(AssemblyReference assembly, string name, Type declaredType, bool isValue)
    {
        Assembly loaded = locator.Load(assembly);
        return loaded.GetType(name, throwOnError: false)
            ?? throw new TaskSerializationException(MessageText.Format(Messages.TypeMissing, name, loaded.FullName, loaded.Location));
    }
}

/// <summary>
/// The policy of the parent: a worker may name the types that the declared type is made of and the types of the assemblies
/// that the caller's own delegate lies in. Nothing is ever loaded because a worker asks for it.
/// </summary>
internal sealed class ResultTypePolicy(Assembly[] allowed) : TypePolicy
{
    // These make a name stand for more than one type; a constructed type is sent in its parts, each of which is checked.
    private static readonly char[] Constructors = ['[', ']', ',', '*', '&'];

    public override bool AllowsDelegates => false;

    public override Type Resolve(AssemblyReference assembly, string name, Type declaredType, bool isValue)
    {
        if (name.IndexOfAny(Constructors) < 0)
        {
            string assemblyName = assembly.SimpleName;
            Type? type = DeclaredTypes.Of(declaredType).Find(assemblyName, name)
                ?? allowed.Where(own => own.GetName().Name == assemblyName)
                    .Select(own => own.GetType(name, throwOnError: false))
                    .FirstOrDefault(static type => type is not null);

            // To hold the type object of a part of .NET starts nothing, so it may be a value though not be made.
            type ??= isValue ? FindLoadedFrameworkType(assemblyName, name) : null;
            if (type is not null)
            {
                return type;
            }
        }

        throw new TaskSerializationException(MessageText.Format(
            Messages.TypeNotAllowed, TypeNames.Display(declaredType), name.Replace('+', '.'), assembly.SimpleName));
    }

    private static Type? FindLoadedFrameworkType(string assemblyName, string name) =>
        AppDomain.CurrentDomain.GetAssemblies()
            .FirstOrDefault(loaded => loaded.GetName().Name == assemblyName && AssemblyFacts.IsFramework(loaded))
            ?.GetType(name, throwOnError: false);
}
