using System.Reflection;
using System.Runtime.CompilerServices;

namespace Loky.Serialization;

internal static class ExceptionFields
{
    private static readonly FieldInfo? RawMessageField =
        typeof(Exception).GetField("_message", BindingFlags.Instance | BindingFlags.NonPublic);

    private static readonly ConditionalWeakTable<Type, Dictionary<string, FieldInfo>> Cache = [];

    /// <summary>Gets the fields that the classes derived from <see cref="Exception"/> add to it, by name, found once for each type.</summary>
    /// <remarks>AggregateException is made by its constructor: how it keeps its exceptions differs between versions of .NET.</remarks>
    public static Dictionary<string, FieldInfo> ByName(Type type) => Cache.GetValue(type, static type => Fields.LevelsOf(type)
        .TakeWhile(level => level != typeof(Exception) && level != typeof(AggregateException))
        .SelectMany(Fields.DeclaredBy)
        .DistinctBy(NameOf)
        .ToDictionary(NameOf));

    // With its class: two classes of one exception may have fields of the same name.
    private static string NameOf(FieldInfo field) => $"{field.DeclaringType!.FullName}.{field.Name}";

    /// <summary>Gets the message that the exception was made with, which derived classes add to.</summary>
    public static string? RawMessage(Exception exception) =>
        RawMessageField is null ? exception.Message : (string?)RawMessageField.GetValue(exception);
}
