using System.Reflection;

namespace Loky.Serialization;

/// <summary>Names methods by metadata token where both ends have one build, by signature where not, as with .NET.</summary>
internal static class MethodFormatter
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Refuses a method that no other process can find.</summary>
    public static void CheckSendable(MethodInfo method)
    {
        if (method.DeclaringType is null || AssemblyFacts.IsInMemory(method.Module.Assembly))
        {
            string name = method.DeclaringType is { } type ? $"{TypeNames.Display(type)}.{method.Name}" : method.Name;
            throw new UnsendableValueException(MessageText.Format(Messages.MethodInMemory, name));
        }
    }

    public static void Write(WriteSession session, MethodInfo method)
    {
        MethodInfo definition = Definition(method);
        session.Writer.WriteArrayHeader(6);
        session.Types.Write(method.DeclaringType!);
        session.Types.Write(method.Module.Assembly);
        session.Writer.Write((long)definition.MetadataToken);
        session.Writer.Write(definition.Name);
        session.Writer.Write(definition.ToString());
        Type[] arguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        session.Writer.WriteArrayHeader(arguments.Length);
        foreach (Type argument in arguments)
        {
            session.Types.Write(argument);
        }
    }

    public static MethodInfo Read(ref WireReader reader, ReadSession session)
    {
        reader.ReadArrayHeader(6);
        Type declaringType = session.Types.Read(ref reader);
        AssemblyReference assembly = session.Types.ReadAssembly(ref reader);
        int token = reader.ReadInt32();
        string name = reader.ReadRequiredString();
        string signature = reader.ReadRequiredString();
        Type[] arguments = new Type[reader.ReadArrayHeader()];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = session.Types.Read(ref reader);
        }

        MethodInfo? definition = assembly.Path is null
            ? FindBySignature(declaringType, name, signature)
            : FindByToken(declaringType, token);
        if (definition is null || definition.Name != name || Definition(definition).ToString() != signature)
        {
            throw new TaskSerializationException(MessageText.Format(
                Messages.MethodMissing, TypeNames.Display(declaringType), signature, declaringType.Assembly.Location));
        }

        return arguments.Length == 0 ? definition : definition.MakeGenericMethod(arguments);
    }

    /// <summary>Gets the assemblies that a delegate names, so that their types may come back; never .NET or this one.</summary>
    public static IReadOnlyCollection<Assembly> AssembliesNamedBy(Delegate task)
    {
        HashSet<Assembly> assemblies = [];
        MethodInfo method = task.Method;
        Type?[] named = [method.DeclaringType, task.Target?.GetType(), .. method.IsGenericMethod ? method.GetGenericArguments() : []];
        Array.ForEach(named, Add);
        return assemblies;

        void Add(Type? type)
        {
            if (type is null)
            {
                return;
            }

            Array.ForEach(type.GetGenericArguments(), Add);
            if (!AssemblyFacts.IsFramework(type.Assembly) && type.Assembly != typeof(MethodFormatter).Assembly)
            {
                _ = assemblies.Add(type.Assembly);
            }
        }
    }

    // The method without the type arguments of its type and its own: that is what the metadata has.
    private static MethodInfo Definition(MethodInfo method)
    {
        if (method.IsGenericMethod)
        {
            method = method.GetGenericMethodDefinition();
        }

        return method.DeclaringType!.IsConstructedGenericType
            ? (MethodInfo)MethodBase.GetMethodFromHandle(method.MethodHandle, method.DeclaringType.GetGenericTypeDefinition().TypeHandle)!
            : method;
    }

    private static MethodInfo? FindByToken(Type declaringType, int token)
    {
        try
        {
            Type[]? typeArguments = declaringType.IsConstructedGenericType ? declaringType.GetGenericArguments() : null;
            return declaringType.Module.ResolveMethod(token, typeArguments, null) is MethodInfo definition
                ? OnType(definition, declaringType)
                : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static MethodInfo? FindBySignature(Type declaringType, string name, string signature)
    {
        Type definition = declaringType.IsConstructedGenericType ? declaringType.GetGenericTypeDefinition() : declaringType;
        MethodInfo? method = definition.GetMethods(Declared).FirstOrDefault(method => method.Name == name && method.ToString() == signature);
        return method is null ? null : OnType(method, declaringType);
    }

    private static MethodInfo OnType(MethodInfo definition, Type declaringType) =>
        declaringType.IsConstructedGenericType
            ? (MethodInfo)MethodBase.GetMethodFromHandle(definition.MethodHandle, declaringType.TypeHandle)!
            : definition;
}
