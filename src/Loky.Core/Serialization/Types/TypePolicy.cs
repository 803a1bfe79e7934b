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
    public static TypePolicy ForResultsOf(Delegate task) => ForAssemblies(DelegateFormatter.AssembliesNamedBy(task));

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
