using System.Management.Automation;
using Loky.Serialization;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Reads custom objects, objects with members of their own, and property bags.</summary>
internal static class ObjectDecoder
{
    private const int LargestCapacity = 256;

    /// <summary>Reads a custom object that has nothing but note properties.</summary>
    public static PSObject ReadMap(ref WireReader reader, PSReadSession session)
    {
        int count = reader.ReadMapHeader();
        reader.Enter();
        PSObject result = PSInternals.NewCustomObject(Math.Min(count, LargestCapacity));
        session.Register(session.Reserve(), result);
        for (int i = 0; i < count; i++)
        {
            string name = session.Names.ReadProperty(ref reader, out bool known);
            InstanceMembers.Add(result, new PSNoteProperty(name, session.ReadValue(ref reader)), known);
        }

        reader.Leave();
        return result;
    }

    /// <summary>Reads an object: what it wraps, type names, text and members.</summary>
    public static PSObject Read(ref WireReader reader, PSReadSession session, int slot)
    {
        PSObject result;
        if (reader.TryReadNil())
        {
            result = new PSObject();
            session.Register(slot, result);
            if (TypeNameList.Read(ref reader, session) is { } names)
            {
                PSInternals.SetTypeNames(result, names);
            }
        }
        else
        {
            object wrapped = session.ReadValue(ref reader) ?? throw new FormatException(
                MessageText.Format(Messages.PSValueWrongType, null, typeof(PSObject)));

            // Members of a number are kept with its box, and all Booleans that were read share theirs.
            result = wrapped as PSObject ?? new PSObject(wrapped is bool flag ? flag : wrapped);
            session.Register(slot, result);
            if (TypeNameList.Read(ref reader, session) is { } names)
            {
                result.TypeNames.Clear();
                foreach (string name in names)
                {
                    result.TypeNames.Add(name);
                }
            }
        }

        if (StringFormatter.Read(ref reader) is { } text)
        {
            PSInternals.SetDeserializedText(result, text);
        }

        ReadMembers(ref reader, session, null, result);
        return result;
    }

    private static void ReadMembers(
        ref WireReader reader, PSReadSession session, PSMemberSet? set, PSObject? owner)
    {
        int count = reader.ReadArrayHeader();
        if (count % 3 != 0)
        {
            throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, count, nameof(MemberKind)));
        }

        bool custom = owner?.ImmediateBaseObject is PSCustomObject;
        for (int i = 0; i < count; i += 3)
        {
            var kind = (MemberKind)reader.ReadInt32();
            string name = session.Names.ReadProperty(ref reader, out bool known);
            PSMemberInfo member = ReadMember(ref reader, session, kind, name);
            if (custom && member is PSNoteProperty note && kind == MemberKind.Note)
            {
                InstanceMembers.Add(owner!, note, known);
            }
            else if (kind != MemberKind.TypeProperty || owner?.Properties[name] is null)
            {
                (set?.Members ?? owner!.Members).Add(member, preValidated: true);
            }
        }
    }

    private static PSMemberInfo ReadMember(ref WireReader reader, PSReadSession session, MemberKind kind, string name)
    {
        switch (kind)
        {
            case MemberKind.Note:
            case MemberKind.TypeProperty:
                return new PSNoteProperty(name, session.ReadValue(ref reader));
            case MemberKind.Alias:
                return new PSAliasProperty(name, session.Names.Read(ref reader));
            case MemberKind.Script when session.Trusted:
                reader.ReadArrayHeader(2);
                return new PSScriptProperty(name, ReadScript(ref reader, session), ReadScript(ref reader, session));
            case MemberKind.Method when session.Trusted:
                return new PSScriptMethod(name, ReadScript(ref reader, session));
            case MemberKind.PropertySet:
                var names = new string[reader.ReadArrayHeader()];
                for (int i = 0; i < names.Length; i++)
                {
                    names[i] = session.Names.Read(ref reader);
                }

                return new PSPropertySet(name, names);
            case MemberKind.MemberSet:
                reader.Enter();
                var set = new PSMemberSet(name);
                ReadMembers(ref reader, session, set, null);
                reader.Leave();
                return set;
            default:
                throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, (int)kind, nameof(MemberKind)));
        }
    }

    private static ScriptBlock? ReadScript(ref WireReader reader, PSReadSession session) =>
        StringFormatter.Read(ref reader) is { } text ? ScriptBlock.Create(text) : null;
}
