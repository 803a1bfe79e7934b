namespace Loky.Serialization;

/// <summary>Reads the types that <see cref="TypeWriter"/> wrote, as far as the policy allows them.</summary>
internal sealed class TypeReader(ReadSession session)
{
    // Types made of types made of types double in size at each step; no real one comes near this.
    private const int MaxParts = 256;

    private readonly List<(Type? Type, int Parts)> _types = [];
    private readonly List<(Type? Type, int Parts)> _values = [];
    private readonly List<AssemblyReference> _assemblies = [];

    /// <summary>Reads a type whose values are to be made.</summary>
    public Type Read(ref WireReader reader) => TryRead(ref reader, isValue: false) ?? throw Unknown(reader.Position, nameof(Type));

    /// <summary>Reads a type that is a value itself: nothing of it is made.</summary>
    public Type ReadValue(ref WireReader reader) => TryRead(ref reader, isValue: true) ?? throw Unknown(reader.Position, nameof(Type));

    /// <summary>Reads a type, null for one to be done without: within another <see cref="object"/>, unless a value.</summary>
    public Type? TryRead(ref WireReader reader, bool isValue) => Read(ref reader, out _, isValue);

    public void Clear()
    {
        _types.Clear();
        _values.Clear();
        _assemblies.Clear();
    }

    /// <summary>Reads an assembly, without loading it.</summary>
    public AssemblyReference ReadAssembly(ref WireReader reader)
    {
        int start = reader.Position;
        if (reader.NextKind == WireKind.Integer)
        {
            long seen = reader.ReadInt64();
            return seen >= 0 && seen < _assemblies.Count ? _assemblies[(int)seen] : throw Unknown(start, seen);
        }

        reader.ReadArrayHeader(3);
        string fullName = reader.ReadRequiredString();
        string? path = reader.ReadString();
        ReadOnlySpan<byte> version = reader.ReadBinary();
        if (version.Length != 16)
        {
            throw Unknown(start, fullName);
        }

        AssemblyReference reference = new(fullName, path, new Guid(version));
        _assemblies.Add(reference);
        return reference;
    }

    private Type? Read(ref WireReader reader, out int parts, bool isValue)
    {
        // One that may only be held is no type to make something of.
        List<(Type? Type, int Parts)> types = isValue ? _values : _types;
        int start = reader.Position;
        parts = 1;
        if (reader.NextKind == WireKind.Integer)
        {
            long number = reader.ReadInt64();
            if (number >= 0)
            {
                Type known = session.Table.Types.FromNumber(number) ?? throw Unknown(start, number);
                return isValue || session.CanMake(known) ? known : null;
            }

            if (-1 - number >= types.Count)
            {
                throw Unknown(start, number);
            }

            (Type? seen, parts) = types[(int)(-1 - number)];
            return seen;
        }

        reader.Enter();
        Type? type = ReadNew(ref reader, ref parts, isValue);
        reader.Leave();
        types.Add((type, parts));
        return type;
    }

    private Type? ReadNew(ref WireReader reader, ref int parts, bool isValue)
    {
        int start = reader.Position;
        int count = reader.ReadArrayHeader();
        long shape = count > 1 ? reader.ReadInt64() : -1;
        Type? unknown = isValue ? null : typeof(object);
        switch ((TypeShape)shape)
        {
            case TypeShape.Vector when count == 2:
                return Make(start, ReadPart(ref reader, ref parts, isValue) ?? unknown, static element => element.MakeArrayType());
            case TypeShape.Array when count == 3:
                int rank = reader.ReadInt32();
                return rank is >= 1 and <= 32
                    ? Make(start, ReadPart(ref reader, ref parts, isValue) ?? unknown, element => element.MakeArrayType(rank))
                    : throw Unknown(start, rank);
            case TypeShape.Generic when count > 2:
                Type? definition = ReadPart(ref reader, ref parts, isValue);
                Type?[] arguments = new Type?[count - 2];
                for (int i = 0; i < arguments.Length; i++)
                {
                    arguments[i] = ReadPart(ref reader, ref parts, isValue) ?? unknown;
                }

                return Make(start, arguments.Contains(null) ? null : definition, definition => definition.MakeGenericType(arguments!));
            case TypeShape.Named when count == 3:
                return session.ReadTypeName(ref reader, isValue);
            case TypeShape.Converted when count == 2:
                return session.Table.ConverterType(reader.ReadInt64()) ?? throw Unknown(start, shape);
            default:
                throw Unknown(start, shape);
        }
    }

    private Type? ReadPart(ref WireReader reader, ref int parts, bool isValue)
    {
        Type? part = Read(ref reader, out int size, isValue);
        parts = Math.Min(parts + size, MaxParts + 1);
        if (parts > MaxParts)
        {
            throw new WireFormatException(MessageText.Format(Messages.TypeTooLarge, reader.Position, parts, MaxParts));
        }

        return part;
    }

    private static Type? Make(int start, Type? of, Func<Type, Type> make)
    {
        if (of is null)
        {
            return null;
        }

        try
        {
            return make(of);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or TypeLoadException or NotSupportedException)
        {
            throw new WireFormatException(MessageText.Format(Messages.TypeUnknown, start, TypeNames.Display(of)), exception);
        }
    }

    private static WireFormatException Unknown(int start, object found) =>
        new(MessageText.Format(Messages.TypeUnknown, start, found));
}
