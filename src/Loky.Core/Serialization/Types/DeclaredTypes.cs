using System.Collections.Concurrent;
using System.Reflection;

namespace Loky.Serialization;

/// <summary>All types that a declared type names: itself, its bases, type arguments, elements and fields, and theirs.</summary>
internal sealed class DeclaredTypes
{
    private static readonly ConcurrentDictionary<Type, DeclaredTypes> Cache = new();

    private readonly Dictionary<(string Assembly, string Name), Type> _byName = [];

    private DeclaredTypes(Type root)
    {
        HashSet<Type> visited = [];
        Stack<Type> left = new([root]);
        while (left.TryPop(out Type? type))
        {
            if (!type.IsByRefLike && !type.IsPointer && !type.IsByRef && !type.IsGenericParameter && visited.Add(type))
            {
                Visit(type, left);
            }
        }
    }

    public static DeclaredTypes Of(Type declaredType) => Cache.GetOrAdd(declaredType, static type => new DeclaredTypes(type));

    /// <summary>Finds a type, or the definition of a generic one, by name.</summary>
    public Type? Find(string assembly, string name) => _byName.GetValueOrDefault((assembly, name));

    private void Visit(Type type, Stack<Type> left)
    {
        if (type.HasElementType)
        {
            left.Push(type.GetElementType()!);
            return;
        }

        Array.ForEach(type.GetGenericArguments(), left.Push);

        // What a known type is made of is its own affair.
        if (TypeNumbers.DotNet.Contains(type))
        {
            return;
        }

        Type named = type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;
        _ = _byName.TryAdd((named.Assembly.GetName().Name!, named.FullName!), named);
        if (type.BaseType is { } parent)
        {
            left.Push(parent);
        }

        foreach (FieldInfo field in Fields.Of(type))
        {
            left.Push(field.FieldType);
        }
    }
}
