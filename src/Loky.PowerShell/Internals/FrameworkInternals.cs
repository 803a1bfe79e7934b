using System.Collections.Specialized;
using System.Collections;
using System.Globalization;

namespace Loky.PowerShell.Internals;

/// <summary>Members of .NET itself that a faithful copy of its objects needs.</summary>
internal static class FrameworkInternals
{
    /// <summary>The message of an exception. Without it, an exception whose constructor makes another message comes as one that stands for it.</summary>
    public static readonly InternalField<string> Message = new(typeof(Exception), "_message");

    /// <summary>The inner exception. Without it, an exception whose constructor takes none comes as one that stands for it.</summary>
    public static readonly InternalField<Exception> InnerException = new(typeof(Exception), "_innerException");

    /// <summary>How a table compares its keys. Without it, it is found out by trying whether the case of letters counts.</summary>
    public static readonly InternalDelegate<Func<Hashtable, IEqualityComparer?>> HashtableComparer =
        new(typeof(Hashtable), "get_EqualityComparer", typeof(IEqualityComparer));

    /// <summary>How an ordered table compares its keys. Without it, it is found out by trying whether the case of letters counts.</summary>
    public static readonly InternalField<IEqualityComparer> OrderedComparer = new(typeof(OrderedDictionary), "_comparer");

    /// <summary>The table within an ordered table of PowerShell's. Without it, one that ignores the case of its keys comes without their order.</summary>
    public static readonly InternalField<OrderedDictionary> OrderedHashtable = new(InternalTypes.OrderedHashtable, "_orderedDictionary");

    /// <summary>How a sorted list compares its keys. Without it, one that is not in the order of the keys themselves comes as an object with its entries.</summary>
    public static readonly InternalField<IComparer> SortedListComparer = new(typeof(SortedList), "comparer");

    /// <summary>The culture of an order. Without it, the current one.</summary>
    public static readonly InternalField<CompareInfo> ComparerCulture = new(typeof(Comparer), "_compareInfo");

    /// <summary>The culture of an order that ignores the case of letters. Without it, the current one.</summary>
    public static readonly InternalField<CompareInfo> CaseInsensitiveComparerCulture = new(typeof(CaseInsensitiveComparer), "_compareInfo");
}
