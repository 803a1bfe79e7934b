using System.Management.Automation;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// Writes members of objects: those at the end of <see cref="PSValueWriter.Members"/>, from <c>start</c> on, which are
/// taken off it.
/// </summary>
internal static class MemberEncoder
{
    /// <summary>Tells whether all members from <paramref name="start"/> on are note properties.</summary>
    public static bool AreNotes(List<PSMemberInfo> members, int start)
    {
        for (int i = start; i < members.Count; i++)
        {
            if (members[i] is not PSNoteProperty)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes note properties as a map.</summary>
    public static void WriteMap(PSValueWriter writer, int start)
    {
        List<PSMemberInfo> members = writer.Members;
        int end = members.Count;
        writer.Out.WriteMapHeader(end - start);
        for (int i = start; i < end; i++)
        {
            var note = (PSNoteProperty)members[i];
            string name = note.Name;
            writer.At(name);
            writer.Out.Write(name.AsSpan());
            writer.WriteValue(note.Value);
        }

        members.RemoveRange(start, end - start);
    }

    /// <summary>Writes members of any kind: kind, name and value of each in turn.</summary>
    public static void Write(PSValueWriter writer, int start) => Write(writer, start, null, null);

    /// <summary>Writes the properties that <paramref name="plan"/> has for an object, and then its members.</summary>
    public static void Write(PSValueWriter writer, int start, PropertyPlan? plan, object? value)
    {
        List<PSMemberInfo> members = writer.Members;
        int kept = start;
        for (int i = start; i < members.Count; i++)
        {
            if (CanWrite(writer, members[i]))
            {
                members[kept++] = members[i];
            }
        }

        members.RemoveRange(kept, members.Count - kept);
        writer.Out.WriteArrayHeader(checked((kept - start + (plan?.Count ?? 0)) * 3));
        plan?.Write(writer, value!);
        for (int i = start; i < kept; i++)
        {
            WriteMember(writer, members[i]);
        }

        members.RemoveRange(start, kept - start);
    }

    /// <summary>Adds all properties of an object that becomes a property bag.</summary>
    public static void CollectProperties(PSObject wrapper, object value, List<PSMemberInfo> members)
    {
        bool pending = value is Task { IsCompleted: false };
        foreach (PSPropertyInfo property in wrapper.Properties)
        {
            // The result of a task that still runs would be waited for.
            if (!pending || property.Name != "Result")
            {
                members.Add(property);
            }
        }
    }

    /// <summary>Adds the properties that an object has by the type data of one of its type names.</summary>
    public static void CollectOfType(PSObject wrapper, List<PSMemberInfo> members)
    {
        foreach (PSPropertyInfo property in wrapper.Properties)
        {
            if (!property.IsInstance)
            {
                members.Add(property);
            }
        }
    }

    /// <summary>Gets the value of a property, null if its getter throws.</summary>
    public static object? ValueOf(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or PipelineStoppedException))
        {
            // A getter that throws must not cost the user the object that has it.
            return null;
        }
    }

    private static bool CanWrite(PSValueWriter writer, PSMemberInfo member) => member switch
    {
        PSPropertyInfo or PSPropertySet or PSMemberSet => true,
        PSScriptMethod => writer.KeepScripts && member.IsInstance,
        _ => false,
    };

    private static void WriteMember(PSValueWriter writer, PSMemberInfo member)
    {
        WireWriter output = writer.Out;
        string name = member.Name;
        writer.At(name);
        switch (member)
        {
            case PSAliasProperty { IsInstance: true } alias:
                Begin(output, MemberKind.Alias, name);
                output.Write(alias.ReferencedMemberName);
                break;
            case PSScriptProperty { IsInstance: true } script when writer.KeepScripts:
                Begin(output, MemberKind.Script, name);
                output.WriteArrayHeader(2);
                ScalarEncoders.WriteStringOrNil(writer, script.GetterScript is { } getter ? ScalarEncoders.ScriptText(writer, getter) : null);
                ScalarEncoders.WriteStringOrNil(writer, script.SetterScript is { } setter ? ScalarEncoders.ScriptText(writer, setter) : null);
                break;
            case PSPropertyInfo property:
                Begin(output, property.IsInstance || property is PSProperty ? MemberKind.Note : MemberKind.TypeProperty, name);
                writer.WriteValue(ValueOf(property));
                break;
            case PSScriptMethod method:
                Begin(output, MemberKind.Method, name);
                ScalarEncoders.WriteString(writer, ScalarEncoders.ScriptText(writer, method.Script));
                break;
            case PSPropertySet set:
                Begin(output, MemberKind.PropertySet, name);
                output.WriteArrayHeader(set.ReferencedPropertyNames.Count);
                foreach (string property in set.ReferencedPropertyNames)
                {
                    output.Write(property);
                }

                break;
            default:
                Begin(output, MemberKind.MemberSet, name);
                WriteSet(writer, (PSMemberSet)member);
                break;
        }
    }

    private static void WriteSet(PSValueWriter writer, PSMemberSet set)
    {
        int start = writer.Members.Count;
        foreach (PSMemberInfo member in set.Members)
        {
            writer.Members.Add(member);
        }

        writer.Enter(set);
        Write(writer, start);
        writer.Leave();
    }

    private static void Begin(WireWriter output, MemberKind kind, string name)
    {
        output.Write((int)kind);
        output.Write(name.AsSpan());
    }
}
