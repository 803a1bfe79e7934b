using System.Reflection;

namespace Loky.Serialization;

/// <summary>A field that is sent with its object.</summary>
/// <param name="Field">The field.</param>
internal readonly record struct FieldSlot(FieldInfo Field)
{
    /// <summary>Gets what an error says of where the value is.</summary>
    public string Member => $"{TypeNames.Display(Field.DeclaringType!)}.{TypeNames.Member(Field.Name)}";

    /// <summary>
    /// Gets the fields of a type, those of its bases first, in the order of their declaration: the same in each process
    /// that has the same build of the assembly.
    /// </summary>
    public static IReadOnlyList<FieldSlot> Of(Type type)
    {
        List<FieldSlot> fields = [];
        for (Type? level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            fields.InsertRange(0, DeclaredBy(level));
        }

        return fields;
    }

    /// <summary>Gets the fields that the type declares itself. What its author marked as not to be serialized is left out.</summary>
    public static IEnumerable<FieldSlot> DeclaredBy(Type type) => type
        .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(field => !field.IsDefined(typeof(NonSerializedAttribute), inherit: false))
        .OrderBy(field => field.MetadataToken)
        .Select(field => new FieldSlot(field));
}
