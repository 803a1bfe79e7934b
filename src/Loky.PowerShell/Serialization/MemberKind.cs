namespace Loky.PowerShell.Serialization;

/// <summary>The kinds of members on the wire. The comments say what the value is.</summary>
internal enum MemberKind
{
    Note = 0, // The value of the property.
    Script = 1, // The text of the getter and of the setter or nil. For readers that trust the writer.
    Alias = 2, // The name of the property that it stands for.
    PropertySet = 3, // The names of the properties.
    MemberSet = 4, // The members.
    Method = 5, // The text. For readers that trust the writer.
    TypeProperty = 6, // The value of a property that the type has where it was written, and may have where it is read.
}
