using System.Reflection;

namespace Loky.Serialization;

/// <summary>A field that is sent with its object.</summary>
internal readonly record struct FieldSlot(FieldInfo Field)
{
    /// <summary>Gets what an error says of where the value is.</summary>
    public string Member => $"{TypeNames.Display(Field.DeclaringType!)}.{TypeNames.Member(Field.Name)}";

    /// <summary>Gets a type's fields, its bases' first, as declared: in the same order wherever the build is the same.</summary>
    public static IReadOnlyList<FieldSlot> Of(Type type)
    {
        List<FieldSlot> fields = [];
        for (Type? level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            fields.InsertRange(0, DeclaredBy(level));
        }

        return fields;
    }

    /// <summary>Gets the fields that the type declares itself, but those that its author marked as not serialized.</summary>
    public static IEnumerable<FieldSlot> DeclaredBy(Type type) => type
        .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(field => !field.IsDefined(typeof(NonSerializedAttribute), inherit: false))
        .OrderBy(field => field.MetadataToken)
        .Select(field => new FieldSlot(field));
}
