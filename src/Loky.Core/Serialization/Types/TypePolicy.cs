using System.Reflection;

namespace Loky.Serialization;

/// <summary>Decides which types received bytes may name.</summary>
internal abstract class TypePolicy
{
    /// <summary>Gets the policy of a worker, which does whatever its parent says: any type, of any assembly.</summary>
    public static TypePolicy TrustParent { get; } = new ParentTrustingPolicy(AssemblyLocator.Shared);

    /// <summary>Gets the policy for results whose caller named no assembly: only the known types and those that the declared type is made of.</summary>
    public static TypePolicy DeclaredOnly { get; } = new ResultTypePolicy([]);

    /// <summary>Gets a value indicating whether received bytes may also name methods to run.</summary>
    public abstract bool AllowsDelegates { get; }

    /// <summary>Gets the policy for the results of a delegate: its assemblies are the caller's own, so their types are welcome.</summary>
    public static TypePolicy ForResultsOf(Delegate task) => ForAssemblies(DelegateFormatter.AssembliesNamedBy(task));

    /// <summary>Gets the policy for results that may have any type of <paramref name="assemblies"/>.</summary>
    public static TypePolicy ForAssemblies(IReadOnlyCollection<Assembly> assemblies) =>
        assemblies.Count == 0 ? DeclaredOnly : new ResultTypePolicy([.. assemblies]);

    /// <summary>Finds a type by name.</summary>
    /// <param name="assembly">The assembly that the bytes name.</param>
    /// <param name="name">The full name of the type, not constructed.</param>
    /// <param name="declaredType">The type that the value as a whole must have.</param>
    /// <param name="isValue">The type is a value itself; nothing of it is to be made.</param>
    /// <exception cref="TaskSerializationException">There is no such type, or it is not allowed.</exception>
    public abstract Type Resolve(AssemblyReference assembly, string name, Type declaredType, bool isValue);
}
