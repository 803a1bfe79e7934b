using System.Collections.Specialized;
using System.Collections;
using System.Globalization;

namespace Loky.PowerShell.Internals;

/// <summary>Members of .NET itself that a faithful copy of its objects needs.</summary>
internal static class FrameworkInternals
{
    /// <summary>An exception's message. Without it, one whose constructor makes another comes as one standing for it.</summary>
    public static readonly InternalField<string> Message = new(typeof(Exception), "_message");

    /// <summary>The inner exception. Without it, one whose constructor takes none comes as one that stands for it.</summary>
    public static readonly InternalField<Exception> InnerException = new(typeof(Exception), "_innerException");

    /// <summary>How a table compares its keys. Without it, whether the case of letters counts is found out by trying.</summary>
    public static readonly InternalDelegate<Func<Hashtable, IEqualityComparer?>> HashtableComparer =
        new(typeof(Hashtable), "get_EqualityComparer", typeof(IEqualityComparer));

    /// <summary>How an ordered table compares its keys. Without it, whether case counts is found out by trying.</summary>
    public static readonly InternalField<IEqualityComparer> OrderedComparer = new(typeof(OrderedDictionary), "_comparer");

    /// <summary>The table in PowerShell's ordered one. Without it, one that ignores case comes without its order.</summary>
    public static readonly InternalField<OrderedDictionary> OrderedHashtable = new(InternalTypes.OrderedHashtable, "_orderedDictionary");

    /// <summary>How a sorted list compares. Without it, one not in its keys' own order comes as an object with entries.</summary>
    public static readonly InternalField<IComparer> SortedListComparer = new(typeof(SortedList), "comparer");

    /// <summary>The culture of an order. Without it, the current one.</summary>
    public static readonly InternalField<CompareInfo> ComparerCulture = new(typeof(Comparer), "_compareInfo");

    /// <summary>The culture of an order that ignores the case of letters. Without it, the current one.</summary>
    public static readonly InternalField<CompareInfo> CaseInsensitiveComparerCulture = new(typeof(CaseInsensitiveComparer), "_compareInfo");
}
