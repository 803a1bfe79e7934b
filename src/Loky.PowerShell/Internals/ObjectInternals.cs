using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation.Runspaces;

namespace Loky.PowerShell.Internals;

/// <summary>Members of the objects that PowerShell wraps values in: their type names, members and texts.</summary>
internal static class ObjectInternals
{
    public delegate bool FindMembers(object value, out PSMemberInfoCollection<PSMemberInfo>? members);

    /// <summary>The type names of an object. Without it, the public list is read, of which the object keeps a copy.</summary>
    public static readonly InternalDelegate<Func<PSObject, Collection<string>>> GetTypeNames =
        new(typeof(PSObject), "get_InternalTypeNames", InternalTypes.TypeNames);

    /// <summary>Sets all type names of an object. Without it, they are added one by one.</summary>
    public static readonly InternalDelegate<Action<PSObject, Collection<string>>> SetTypeNames =
        new(typeof(PSObject), "set_InternalTypeNames", typeof(void), InternalTypes.TypeNames);

    /// <summary>Makes a list of type names that objects share. Without it, names are added one by one.</summary>
    public static readonly InternalConstructor<Collection<string>> NewTypeNames =
        new(InternalTypes.TypeNames, typeof(IEnumerable<string>), typeof(bool));

    /// <summary>Finds the members that were added to an object. Without it, they are found among all members.</summary>
    public static readonly InternalDelegate<FindMembers> HasMembers =
        new(typeof(PSObject), "HasInstanceMembers", typeof(bool), typeof(object), InternalTypes.MemberCollectionReference);

    /// <summary>An object's own members. Without it, they are added by the public collection, which copies them.</summary>
    public static readonly InternalDelegate<Func<PSObject, PSMemberInfoCollection<PSMemberInfo>>> GetMembers =
        new(typeof(PSObject), "get_InstanceMembers", InternalTypes.MemberCollection);

    /// <summary>The number of members in such a collection. Without it, they are found among all members.</summary>
    public static readonly InternalDelegate<Func<PSMemberInfoCollection<PSMemberInfo>, int>> CountMembers =
        new(InternalTypes.MemberCollection, "get_Count", typeof(int));

    /// <summary>One of the members in such a collection. Without it, they are found among all members.</summary>
    public static readonly InternalDelegate<Func<PSMemberInfoCollection<PSMemberInfo>, int, PSMemberInfo>> GetMember =
        new(InternalTypes.MemberCollection, "get_Item", typeof(PSMemberInfo), typeof(int));

    /// <summary>The members of an object, or null. Without it, each object is searched for some.</summary>
    public static readonly InternalField<object> Members = new(typeof(PSObject), "_instanceMembers", InternalTypes.MemberCollection);

    /// <summary>The type names of an object, or null. Without it, each object is searched for members.</summary>
    public static readonly InternalField<object> TypeNames = new(typeof(PSObject), "_typeNames", InternalTypes.TypeNames);

    /// <summary>The text that an object has brought along. Without it, the text is a method of the object.</summary>
    public static readonly InternalDelegate<Func<PSObject, string?>> GetText = new(typeof(PSObject), "get_ToStringFromDeserialization", typeof(string));

    /// <summary>Sets the text that an object has brought along. Without it, the text is a method of the object.</summary>
    public static readonly InternalDelegate<Action<PSObject, string?>> SetText =
        new(typeof(PSObject), "set_ToStringFromDeserialization", typeof(void), typeof(string));

    /// <summary>Sets the text of an object for arguments of programs. Without it, that is made of the object anew.</summary>
    public static readonly InternalDelegate<Action<PSObject, string?>> SetTokenText = new(typeof(PSObject), "set_TokenText", typeof(void), typeof(string));

    /// <summary>What finds methods of .NET. Without it, the text of an object is a method of the object.</summary>
    public static readonly InternalProperty<object> Adapter = new(typeof(PSObject), "DotNetInstanceAdapter", InternalTypes.DotNetAdapter);

    /// <summary>Gets the member for a method of .NET. Without it, the text of an object is a method of the object.</summary>
    public static readonly InternalMethod GetDotNetMethod =
        new(InternalTypes.DotNetAdapter, "GetDotNetMethod", typeof(PSMemberInfo), typeof(object), typeof(string)) { TypeArgument = typeof(PSMemberInfo) };

    /// <summary>Makes a custom object with room for its members. Without it, the room grows.</summary>
    public static readonly InternalDelegate<Func<int, PSObject>> NewWithCapacity = new(typeof(PSObject), ".ctor", typeof(PSObject), typeof(int));

    /// <summary>Makes a semantic version of its text. Without it, the version comes as its text.</summary>
    public static readonly InternalConstructor<object> NewSemanticVersion = new(InternalTypes.SemanticVersion, typeof(string));

    /// <summary>Makes a table that keeps the order of its keys. Without it, the table comes as one that does not.</summary>
    public static readonly InternalConstructor<Hashtable> NewOrderedHashtable = new(InternalTypes.OrderedHashtable);

    /// <summary>Makes what the file system says of a file. Without it, that comes as a custom object.</summary>
    public static readonly InternalConstructor<object> NewUnixStat = new(InternalTypes.UnixStat);

    /// <summary>The type data of an object's runspace. Without it, how to make a property bag is found out each time.</summary>
    public static readonly InternalMethod TypeTable = new(typeof(PSObject), "GetTypeTable", typeof(TypeTable));

    /// <summary>The members that type data has for some type names. Without it, as without <see cref="TypeTable"/>.</summary>
    public static readonly InternalMethod MembersOfNames = new(typeof(TypeTable), "GetMembers", InternalTypes.MemberCollection, InternalTypes.TypeNames);
}
