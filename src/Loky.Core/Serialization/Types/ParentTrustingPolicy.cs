using System.Reflection;

namespace Loky.Serialization;

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
