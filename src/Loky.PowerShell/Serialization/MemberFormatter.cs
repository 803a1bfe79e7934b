namespace Loky.PowerShell.Serialization;

/// <summary>Members of objects. Those that are written are at the end of <see cref="PSWriteSession.Members"/>, from <c>start</c>
/// on, and are taken off it.</summary>
internal static class MemberFormatter
{
    public static bool AreNotes(List<PSMemberInfo> members, int start) =>
        members.FindIndex(start, static member => member is not PSNoteProperty) < 0;

    public static void WriteMap(PSWriteSession session, int start)
    {
        List<PSMemberInfo> members = session.Members;
        int end = members.Count;
        session.Writer.WriteMapHeader(end - start);
        for (int i = start; i < end; i++)
        {
            var note = (PSNoteProperty)members[i];
            string name = note.Name;
            session.At(name);
            session.Writer.Write(name.AsSpan());
            session.WriteValue(note.Value);
        }

        members.RemoveRange(start, end - start);
    }

    /// <summary>Writes members of any kind: kind, name and value of each in turn.</summary>
    public static void Write(PSWriteSession session, int start, PropertyPlan? plan = null, object? value = null)
    {
        List<PSMemberInfo> members = session.Members;
        int kept = start;
        for (int i = start; i < members.Count; i++)
        {
            if (CanWrite(session, members[i]))
            {
                members[kept++] = members[i];
            }
        }

        members.RemoveRange(kept, members.Count - kept);
        session.Writer.WriteArrayHeader(checked((kept - start + (plan?.Count ?? 0)) * 3));
        plan?.Write(session, value!);
        for (int i = start; i < kept; i++)
        {
            WriteMember(session, members[i]);
        }

        members.RemoveRange(start, kept - start);
    }

    public static void CollectProperties(PSObject wrapper, object value, List<PSMemberInfo> members)
    {
        // The result of a task that still runs would be waited for.
        bool pending = value is Task { IsCompleted: false };
        members.AddRange(wrapper.Properties.Where(property => !pending || property.Name != "Result"));
    }

    /// <summary>Adds the properties that an object has by the type data of one of its type names.</summary>
    public static void CollectOfType(PSObject wrapper, List<PSMemberInfo> members) =>
        members.AddRange(wrapper.Properties.Where(static property => !property.IsInstance));

    public static object? ValueOf(PSPropertyInfo property) => Guard(property, static property => property.Value);

    /// <summary>Gets a part of an object by what may be the user's code. Where that throws, there is none: it must not cost the
    /// user the object.</summary>
    public static TPart? Guard<TSource, TPart>(TSource source, Func<TSource, TPart?> getter)
        where TPart : class
    {
        try
        {
            return getter(source);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or PipelineStoppedException))
        {
            return null;
        }
    }

    public static void Read(ref WireReader reader, PSReadSession session, PSMemberSet? set, PSObject? owner)
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

    private static bool CanWrite(PSWriteSession session, PSMemberInfo member) => member switch
    {
        PSPropertyInfo or PSPropertySet or PSMemberSet => true,
        PSScriptMethod => session.KeepScripts && member.IsInstance,
        _ => false,
    };

    private static void WriteMember(PSWriteSession session, PSMemberInfo member)
    {
        WireWriter output = session.Writer;
        string name = member.Name;
        session.At(name);
        switch (member)
        {
            case PSAliasProperty { IsInstance: true } alias:
                Begin(output, MemberKind.Alias, name);
                output.Write(alias.ReferencedMemberName);
                break;
            case PSScriptProperty { IsInstance: true } script when session.KeepScripts:
                Begin(output, MemberKind.Script, name);
                output.WriteArrayHeader(2);
                StringFormatter.Write(session.Writer, script.GetterScript is { } getter ? ScalarFormatters.ScriptText(session, getter) : null);
                StringFormatter.Write(session.Writer, script.SetterScript is { } setter ? ScalarFormatters.ScriptText(session, setter) : null);
                break;
            case PSPropertyInfo property:
                Begin(output, property.IsInstance || property is PSProperty ? MemberKind.Note : MemberKind.TypeProperty, name);
                session.WriteValue(ValueOf(property));
                break;
            case PSScriptMethod method:
                Begin(output, MemberKind.Method, name);
                StringFormatter.Write(session.Writer, ScalarFormatters.ScriptText(session, method.Script));
                break;
            case PSPropertySet set:
                Begin(output, MemberKind.PropertySet, name);
                TypeNameList.Write(session, set.ReferencedPropertyNames);
                break;
            default:
                Begin(output, MemberKind.MemberSet, name);
                WriteSet(session, (PSMemberSet)member);
                break;
        }
    }

    private static void WriteSet(PSWriteSession session, PSMemberSet set)
    {
        int start = session.Members.Count;
        session.Members.AddRange(set.Members);
        session.Enter(set);
        Write(session, start);
        session.Leave();
    }

    private static void Begin(WireWriter output, MemberKind kind, string name)
    {
        output.Write((int)kind);
        output.Write(name.AsSpan());
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
                return new PSPropertySet(name, TypeNameList.Read(ref reader, session));
            case MemberKind.MemberSet:
                reader.Enter();
                var set = new PSMemberSet(name);
                Read(ref reader, session, set, null);
                reader.Leave();
                return set;
            default:
                throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, (int)kind, nameof(MemberKind)));
        }
    }

    private static ScriptBlock? ReadScript(ref WireReader reader, PSReadSession session) =>
        StringFormatter.Read(ref reader) is { } text ? ScriptBlock.Create(text) : null;
}

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
