using System.Reflection;

namespace Loky.Serialization;

/// <summary>Writes types: by number where they are known, else by name, each name once in a value.</summary>
internal sealed class TypeWriter(WriteSession session)
{
    // Lists, because a value names a handful of types; to look through so few is faster than to hash them.
    private List<Type> _types = [];
    private List<Type> _values = [];
    private readonly List<Assembly> _assemblies = [];

    public void Write(Type type)
    {
        if (session.Table.Types.TryGetNumber(type, out int number))
        {
            session.Writer.Write((long)number);
        }
        else if (_types.IndexOf(type) is >= 0 and int seen)
        {
            session.Writer.Write(-1L - seen);
        }
        else
        {
            session.Enter();
            WriteNew(type);
            session.Leave();
            _types.Add(type);
        }
    }

    /// <summary>Writes an assembly: its full name, and where the other end finds the same file.</summary>
    public void Write(Assembly assembly)
    {
        if (_assemblies.IndexOf(assembly) is >= 0 and int seen)
        {
            session.Writer.Write((long)seen);
            return;
        }

        AssemblyReference reference = AssemblyReference.To(assembly);
        session.Writer.WriteArrayHeader(3);
        session.Writer.Write(reference.FullName);
        session.Writer.Write(reference.Path);
        session.Writer.WriteAs(reference.ModuleVersion);
        _assemblies.Add(assembly);
    }

    /// <summary>Writes a type that is a value, counted apart, for the reader may have it and yet make nothing of it.</summary>
    public void WriteValue(Type type)
    {
        (_types, _values) = (_values, _types);
        Write(type);
        (_types, _values) = (_values, _types);
    }

    public void Clear()
    {
        _types.Clear();
        _values.Clear();
        _assemblies.Clear();
    }

    private void WriteNew(Type type)
    {
        if (session.Table.TryGetConverterNumber(type, out int converter))
        {
            WriteHeader(TypeShape.Converted, 1);
            session.Writer.Write((long)converter);
        }
        else if (type.IsSZArray)
        {
            WriteHeader(TypeShape.Vector, 1);
            Write(type.GetElementType()!);
        }
        else if (type.IsArray)
        {
            WriteHeader(TypeShape.Array, 2);
            session.Writer.Write((long)type.GetArrayRank());
            Write(type.GetElementType()!);
        }
        else if (type.IsConstructedGenericType)
        {
            Type[] arguments = type.GetGenericArguments();
            WriteHeader(TypeShape.Generic, 1 + arguments.Length);
            Write(type.GetGenericTypeDefinition());
            foreach (Type argument in arguments)
            {
                Write(argument);
            }
        }
        else
        {
            session.WriteTypeName(type);
        }
    }

    /// <summary>Writes how a type is told, and of how many parts.</summary>
    public void WriteHeader(TypeShape shape, int parts)
    {
        session.Writer.WriteArrayHeader(1 + parts);
        session.Writer.Write((long)shape);
    }
}
