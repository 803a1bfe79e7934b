using System.Collections.Concurrent;

namespace Loky.Serialization;

/// <summary>The formatters of all types, each made when it is first needed.</summary>
internal class FormatterTable(IReadOnlyList<IValueConverter> converters)
{
    private static readonly Type[] Roots = [typeof(Type), typeof(Exception), typeof(Delegate)];

    private readonly ConcurrentDictionary<Type, Formatter> _declared = new();
    private readonly ConcurrentDictionary<Type, Formatter> _exact = new();

    public static FormatterTable Shared { get; } = new([]);

    public Formatter<T> Declared<T>() => (Formatter<T>)Declared(typeof(T));

    /// <summary>Gets the formatter for values declared as <paramref name="type"/>, of another type maybe at run time.</summary>
    public Formatter Declared(Type type) =>
        _declared.TryGetValue(type, out Formatter? formatter) ? formatter : Keep(_declared, type, CreateDeclared(type));

    /// <summary>Gets the formatter for values whose run-time type is <paramref name="type"/>.</summary>
    public Formatter Exact(Type type) =>
        _exact.TryGetValue(type, out Formatter? formatter) ? formatter : Keep(_exact, type, CreateExact(type));

    public virtual TypeNumbers Types => TypeNumbers.DotNet;

    public virtual ComparerFormatter Comparers => ComparerFormatter.Default;

    /// <summary>Tells whether arrays and lists of a type go over the wire as they are in memory.</summary>
    public virtual bool IsBlockElement(Type type) => Block.IsElement(type);

    /// <summary>Gets the number of the converter made for exactly <paramref name="type"/>.</summary>
    public bool TryGetConverterNumber(Type type, out int number)
    {
        for (number = 0; number < converters.Count; number++)
        {
            if (converters[number].Type == type)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Gets the type that the converter of that number is for, or <see langword="null"/>.</summary>
    public Type? ConverterType(long number) => number >= 0 && number < converters.Count ? converters[(int)number].Type : null;

    protected virtual Formatter CreateDeclared(Type type) =>
        TryGetConverterNumber(type, out _) ? Exact(type)
        : typeof(Exception).IsAssignableFrom(type) ? Create(typeof(ExceptionFormatter<>), type)
        : typeof(Delegate).IsAssignableFrom(type) ? Create(typeof(DelegateFormatter<>), type)
        : MayBeDerived(type) ? Create(typeof(DynamicFormatter<>), type, this)
        : Exact(type);

    protected virtual Formatter CreateExact(Type type)
    {
        if (FindConverter(type) is { } converter)
        {
            Type formatter = converter.Type.IsValueType ? typeof(ConverterFormatter<>) : typeof(ObjectConverterFormatter<>);
            return Create(formatter, converter.Type, this, converter);
        }

        Type representative = Representative(type);
        return representative != type ? Exact(representative)
            : KnownScalars.TryCreate(type) is { } scalar ? scalar
            : type == typeof(Exception) ? new ExceptionFormatter<Exception>()
            : type == typeof(Delegate) ? new DelegateFormatter<Delegate>()
            : type.IsArray ? CreateArray(type, type.GetElementType()!)
            : CreateContainer(type) ?? CreateByFields(type);
    }

    protected virtual Formatter CreateArray(Type type, Type element) =>
        !type.IsSZArray ? Create(typeof(MultiDimensionalArrayFormatter<,>), type, element, this)
        : IsBlockElement(element) ? Create(typeof(BlockArrayFormatter<>), element)
        : Create(typeof(ArrayFormatter<>), element, this);

    private Formatter? CreateContainer(Type type) =>
        type.IsEnum && !AssemblyFacts.IsInMemory(type.Assembly) ? Create(typeof(EnumFormatter<,>), type, Enum.GetUnderlyingType(type), this)
        : Nullable.GetUnderlyingType(type) is { } underlying ? Create(typeof(NullableFormatter<>), underlying, this)
        : KnownCollections.TryCreate(type, this);

    private Formatter CreateByFields(Type type)
    {
        string? refusal = type.IsAbstract || type.ContainsGenericParameters || type == typeof(void)
            ? Messages.TypeNotConcrete
            : TypeRules.RefusalOf(type);
        return refusal is not null
            ? Create(typeof(RefusingFormatter<>), type, refusal)
            : Create(type.IsValueType ? typeof(StructFormatter<>) : typeof(ObjectFormatter<>), type, this);
    }

    private IValueConverter? FindConverter(Type type) =>
        TryGetConverterNumber(type, out int number)
            ? converters[number]
            : converters.FirstOrDefault(converter => converter.Type.IsAssignableFrom(type));

    /// <summary>Gets the class behind which .NET, or a generator of source code, hides its own; or the type itself.</summary>
    public static Type Representative(Type type)
    {
        if (Array.Find(Roots, root => root.IsAssignableFrom(type)) is { } root)
        {
            return root;
        }

        // By name, as to name a type loads its assembly.
        return Fields.LevelsOf(type.BaseType).FirstOrDefault(level =>
            (level.FullName is "System.Text.RegularExpressions.Regex" && AssemblyFacts.IsFramework(level.Assembly))
            || (level.FullName is "System.StringComparer" or "System.Net.IPAddress" or "System.Globalization.CultureInfo"
                && AssemblyFacts.IsFramework(type.Assembly))) ?? type;
    }

    private static bool MayBeDerived(Type type) =>
        type.IsArray ? MayBeDerived(type.GetElementType()!) : !type.IsValueType && !type.IsSealed && type != typeof(Type);

    private static Formatter Keep(ConcurrentDictionary<Type, Formatter> formatters, Type type, Formatter formatter) =>
        type.IsCollectible ? formatter : formatters.GetOrAdd(type, formatter);

    protected static Formatter Create(Type formatter, Type argument, params object[] parameters) =>
        (Formatter)Activator.CreateInstance(formatter.MakeGenericType(argument), parameters)!;

    protected static Formatter Create(Type formatter, Type first, Type second, FormatterTable table) =>
        (Formatter)Activator.CreateInstance(formatter.MakeGenericType(first, second), table)!;
}
