using System.Collections.ObjectModel;
using System.Collections;
using Loky.Serialization;

namespace Loky.PowerShell.Serialization;

/// <summary>The formatters of collections in PowerShell values: those of .NET values, whose elements are PowerShell values.</summary>
internal sealed class PSFormatterTable() : FormatterTable([])
{
    private static readonly HashSet<Type> Collections =
    [
        typeof(List<>), typeof(Dictionary<,>), typeof(HashSet<>), typeof(KeyValuePair<,>), typeof(Collection<>), typeof(Queue<>),
        typeof(Stack<>), typeof(SortedDictionary<,>), typeof(SortedList<,>), typeof(SortedSet<>),
        typeof(Queue), typeof(Stack), typeof(SortedList),
    ];

    /// <summary>Gets the only one.</summary>
    public static new PSFormatterTable Shared { get; } = new();

    /// <inheritdoc/>
    public override ComparerFormatter Comparers => PSComparerFormatter.Instance;

    /// <summary>Tells whether a type is an array or one of the collections.</summary>
    public static bool IsCollection(Type type) =>
        type.IsArray || Collections.Contains(type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type);

    /// <inheritdoc/>
    public override bool IsBlockElement(Type type) => !type.IsEnum && base.IsBlockElement(type);

    /// <inheritdoc/>
    protected override Formatter CreateDeclared(Type type) => TryCreatePair(type) ?? (IsPlain(type) ? base.CreateExact(type) : Create(typeof(ElementFormatter<>), type));

    /// <inheritdoc/>
    protected override Formatter CreateExact(Type type)
    {
        if (type.IsArray)
        {
            Type element = type.GetElementType()!;
            return type.IsSZArray && !IsPlain(element) ? new PSArrayFormatter(element) : CreateArray(type, element);
        }

        return TryCreatePair(type)
            ?? (type == typeof(SortedList) ? SortedListFormatter.Create(this) : KnownCollections.TryCreate(type, this))
            ?? throw new NotSupportedException(type.FullName);
    }

    /// <summary>Tells whether a type has no other values than its own, which need not say what they are.</summary>
    private static bool IsPlain(Type type) => type == typeof(string) || (type.IsValueType && KnownScalars.Has(type));

    private static Formatter? TryCreatePair(Type type) =>
        type.IsConstructedGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
            ? (Formatter)Activator.CreateInstance(typeof(PairFormatter<,>).MakeGenericType(type.GenericTypeArguments))!
            : null;
}
