namespace Loky.PowerShell.Serialization;

/// <summary>The kinds of members on the wire. The comments say what the value is.</summary>
internal enum MemberKind
{
    /// <summary>The value of the property.</summary>
    Note = 0,

    /// <summary>The text of the getter and of the setter or nil. For readers that trust the writer.</summary>
    Script = 1,

    /// <summary>The name of the property that it stands for.</summary>
    Alias = 2,

    /// <summary>The names of the properties.</summary>
    PropertySet = 3,

    /// <summary>The members.</summary>
    MemberSet = 4,

    /// <summary>The text. For readers that trust the writer.</summary>
    Method = 5,

    /// <summary>The value of a property that the type has where it was written, and may have where it is read.</summary>
    TypeProperty = 6,
}
