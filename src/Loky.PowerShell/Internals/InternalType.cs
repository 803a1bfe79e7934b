namespace Loky.PowerShell.Internals;

/// <summary>A type of a signature: one that the compiler knows, or one that is only known by its name.</summary>
internal sealed class InternalType
{
    private readonly Lazy<Type?> _type;

    /// <summary>Names a type of the assembly that <paramref name="neighbour"/> is in.</summary>
    public InternalType(Type neighbour, string name) =>
        (FullName, _type) = (name, Sought(() => neighbour.Assembly.GetType(name, throwOnError: false)));

    /// <summary>Names a type of the assembly of this name.</summary>
    public InternalType(string assembly, string name) =>
        (FullName, _type) = (name, Sought(() => Type.GetType($"{name}, {assembly}", throwOnError: false)));

    private InternalType(Type type) => (FullName, _type) = (type.FullName ?? type.Name, new Lazy<Type?>(type));

    public string FullName { get; }

    public Type? Value => _type.Value;

    public static implicit operator InternalType(Type type) => new(type);

    public override string ToString()
    {
        string plain = FullName.Split('[', '`')[0];
        return plain[(plain.LastIndexOf('.') + 1)..];
    }

    private static Lazy<Type?> Sought(Func<Type?> find) =>
        new(() => InternalMember.LookUp(find), LazyThreadSafetyMode.PublicationOnly);
}
