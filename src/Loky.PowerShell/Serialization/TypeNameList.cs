using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;

namespace Loky.PowerShell.Serialization;

/// <summary>The type names of objects, with and without the prefix of objects that come from another process.</summary>
internal static class TypeNameList
{
    private const string Prefix = "Deserialized.";

    // Of lists that are read-only: any other belongs to one object and can change.
    private static readonly ConditionalWeakTable<Collection<string>, string[]> Prefixed = [];

    public static string Deserialized(string name) =>
        name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? name : Prefix + name;

    public static bool IsPlainCustom(Collection<string> names) =>
        names.Count == 2 && names[0] == "System.Management.Automation.PSCustomObject" && names[1] == "System.Object";

    public static bool IsChanged(Collection<string> names, Type type) =>
        !((ICollection<string>)names).IsReadOnly && (names.Count == 0 || names[0] != type.FullName);

    public static void Write(PSWriteSession session, IReadOnlyList<string>? names)
    {
        WireWriter output = session.Writer;
        if (names is null)
        {
            output.WriteNil();
            return;
        }

        output.WriteArrayHeader(names.Count);
        for (int i = 0; i < names.Count; i++)
        {
            output.Write(names[i]);
        }
    }

    public static void WriteDeserialized(PSWriteSession session, Collection<string> names) =>
        Write(session, ((ICollection<string>)names).IsReadOnly ? Prefixed.GetValue(names, MakePrefixed) : MakePrefixed(names));

    public static string[]? TryRead(ref WireReader reader, PSReadSession session) =>
        reader.TryReadNil() ? null : Read(ref reader, session);

    public static string[] Read(ref WireReader reader, PSReadSession session)
    {
        var names = new string[reader.ReadArrayHeader()];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = session.Names.Read(ref reader);
        }

        return names;
    }

    private static string[] MakePrefixed(Collection<string> names) => [.. names.Select(Deserialized)];
}
