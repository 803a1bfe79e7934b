using System.Collections.ObjectModel;
using System.Collections;

namespace Loky.PowerShell.Serialization;

/// <summary>Formatters of .NET values that are PowerShell values too; elements of collections are PowerShell's.</summary>
internal sealed class PSFormatterTable() : FormatterTable([])
{
    private static readonly HashSet<Type> Collections =
    [
        typeof(List<>), typeof(Dictionary<,>), typeof(HashSet<>), typeof(KeyValuePair<,>), typeof(Collection<>), typeof(Queue<>),
        typeof(Stack<>), typeof(SortedDictionary<,>), typeof(SortedList<,>), typeof(SortedSet<>),
        typeof(Queue), typeof(Stack), typeof(SortedList),
    ];

    // By name, as to name a type loads its assembly. Some of them have a form of their own beside this, for they are frequent.
    private static readonly HashSet<string> Scalars =
    [
        "System.SByte", "System.Int16", "System.UInt16", "System.UInt32", "System.UInt64", "System.Decimal", "System.Half",
        "System.Int128", "System.UInt128", "System.Numerics.BigInteger", "System.DateTimeOffset", "System.DateOnly",
        "System.TimeOnly", "System.Version", "System.Uri", "System.DBNull", "System.Globalization.CultureInfo",
        "System.IO.FileInfo", "System.IO.DirectoryInfo", "System.Net.IPAddress", "System.Net.IPEndPoint",
        "System.Text.RegularExpressions.Regex", "System.Text.Rune",
    ];

    // Beside those that have a form of their own. Whatever else goes by number comes as a property bag, for which a collection
    // of that type would have no place.
    private static readonly HashSet<string> Kept = [.. TypeLists.Parse("""
        System: Object String Boolean Char Byte Int32 Int64 Single Double DateTime TimeSpan Guid Type Exception Array ValueType
            Enum Nullable`1
        System.Collections: ArrayList Hashtable DictionaryEntry
        """)];

    public static new PSFormatterTable Shared { get; } = new();

    public override TypeNumbers Types { get; } = new("""
        System: IntPtr UIntPtr Void IComparable
        System.Collections: IEnumerable ICollection IList IDictionary
        System.Collections.Generic: IEnumerable`1 ICollection`1 IList`1 IDictionary`2
        System.IO: FileSystemInfo
        System.Security: SecureString
        System.Collections.Specialized,System.Collections.Specialized: OrderedDictionary
        System.Collections,System.Collections.NonGeneric: SortedList
        System.Management.Automation,System.Management.Automation: PSObject PSCustomObject ScriptBlock PSCredential
            SwitchParameter ErrorRecord SemanticVersion
        System.Text.RegularExpressions,System.Text.RegularExpressions: Match Group Capture
        System.Data,System.Data.Common: DataTable DataRow DataSet
        System.Xml,System.Xml.ReaderWriter: XmlNode XmlElement XmlDocument
        System.Net.Mail,System.Net.Mail: MailAddress
        System.Net.NetworkInformation,System.Net.NetworkInformation: PhysicalAddress
        System.Security.Cryptography.X509Certificates,System.Security.Cryptography: X509Certificate2
        """);

    public override ComparerFormatter Comparers => PSComparerFormatter.Instance;

    /// <summary>Tells whether a type is one of those whose values have the form of .NET values.</summary>
    public static bool Has(Type type) =>
        type.IsArray
        || Collections.Contains(type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type)
        || (type.FullName is { } name && Scalars.Contains(name) && KnownScalars.Has(type));

    /// <summary>Tells whether values of a type that goes by number arrive as such, so that a collection can be of them.</summary>
    public static bool CanMake(Type type) =>
        Has(type) || type.IsEnum || IsPlain(type) || (type.FullName is { } name && Kept.Contains(name))
        || (Shared.Types.TryGetNumber(type, out int number) && number >= TypeNumbers.DotNet.Count);

    /// <summary>Gets the type whose formatter writes a type: a base of an internal one, as of a synchronized queue.</summary>
    public static Type TypeFor(Type type) =>
        typeof(Queue).IsAssignableFrom(type) ? typeof(Queue)
        : typeof(Stack).IsAssignableFrom(type) ? typeof(Stack)
        : typeof(SortedList).IsAssignableFrom(type) ? typeof(SortedList)
        : Representative(type);

    public override bool IsBlockElement(Type type) => !type.IsEnum && base.IsBlockElement(type);

    protected override Formatter CreateDeclared(Type type) => TryCreatePair(type) ?? (IsPlain(type) ? base.CreateExact(type) : Create(typeof(ElementFormatter<>), type));

    protected override Formatter CreateExact(Type type)
    {
        if (type.IsArray)
        {
            Type element = type.GetElementType()!;
            return type.IsSZArray && !IsPlain(element) ? new ObjectArrayFormatter(element) : CreateArray(type, element);
        }

        return TryCreatePair(type)
            ?? KnownScalars.TryCreate(type)
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
