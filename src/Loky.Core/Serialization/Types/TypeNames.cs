namespace Loky.Serialization;

/// <summary>Names of types and members as people write them.</summary>
internal static class TypeNames
{
    /// <summary>Gets the name to show of a type, such as <c>List&lt;Program.Item&gt;</c>.</summary>
    public static string Display(Type type)
    {
        if (type.IsArray)
        {
            return $"{Display(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        string name = (type.IsConstructedGenericType ? type.GetGenericTypeDefinition().FullName : type.FullName) ?? type.Name;
        name = name.Replace('+', '.');
        if (!type.IsConstructedGenericType)
        {
            return name;
        }

        int tick = name.IndexOf('`', StringComparison.Ordinal);
        string arguments = string.Join(", ", type.GetGenericArguments().Select(Display));
        return $"{(tick < 0 ? name : name[..tick])}<{arguments}>";
    }

    /// <summary>Gets the name that the source gave to what became a field: a property, a captured <c>this</c>.</summary>
    public static string Member(string field)
    {
        if (!field.StartsWith('<'))
        {
            return field;
        }

        int end = field.IndexOf('>', StringComparison.Ordinal);
        return field.EndsWith("k__BackingField", StringComparison.Ordinal) && end > 1 ? field[1..end]
            : field.EndsWith("__this", StringComparison.Ordinal) ? "this"
            : field;
    }
}
