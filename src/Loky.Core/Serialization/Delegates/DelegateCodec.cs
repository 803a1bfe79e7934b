using System.Reflection;
using Loky.Wire;

namespace Loky.Serialization;

/// <summary>Sends compiled delegates to workers: static methods, lambdas with what they capture, methods of objects that can be sent.</summary>
/// <param name="serializer">Writes and reads what the delegates capture.</param>
internal sealed class DelegateCodec(ValueSerializer serializer)
{
    /// <summary>Writes a delegate. If this throws, the caller drops what was written, with <see cref="PooledBuffer.Truncate"/>.</summary>
    /// <exception cref="TaskSerializationException">It, or something that it captures, cannot be sent.</exception>
    public void Write(PooledBuffer buffer, Delegate task) => serializer.Write(buffer, task, typeof(Delegate));

    /// <summary>Reads a delegate. Its assembly is loaded if need be.</summary>
    /// <exception cref="TaskSerializationException">It cannot be rebuilt here, or the policy of the serializer forbids it.</exception>
    /// <exception cref="WireFormatException">The bytes are not a delegate.</exception>
    public Delegate Read(ref WireReader reader)
    {
        int start = reader.Position;
        return (Delegate?)serializer.Read(ref reader, typeof(Delegate))
            ?? throw new WireFormatException(MessageText.Format(Messages.ReferenceUnknown, start, typeof(Delegate)));
    }

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

            if (!AssemblyFacts.IsFramework(type.Assembly) && type.Assembly != typeof(DelegateCodec).Assembly)
            {
                _ = assemblies.Add(type.Assembly);
            }
        }
    }
}
