using System.Collections.ObjectModel;
using System.Management.Automation.Internal;

namespace Loky.PowerShell.Serialization;

/// <summary>Custom objects, and objects with members of their own.</summary>
internal static class PSObjectFormatter
{
    private const int LargestCapacity = 256;

    /// <summary>Writes what a wrapper wraps, with the members that the object has of its own.</summary>
    public static void Write(PSWriteSession session, PSObject wrapper)
    {
        object value = wrapper.ImmediateBaseObject;
        while (value is PSObject inner)
        {
            wrapper = inner;
            value = inner.ImmediateBaseObject;
        }

        if (value is PSCustomObject)
        {
            WriteCustom(session, wrapper);
            return;
        }

        // Members of other objects are kept with the object, whichever wrapper they were added through.
        if (value is string or ValueType && PSInternals.IsUntouched(wrapper))
        {
            session.WriteValue(value);
            return;
        }

        Action<PSWriteSession, object> write = session.FormatterFor(value.GetType());
        if (write == PropertyBagFormatter.Write)
        {
            PropertyBagFormatter.Write(session, wrapper, value);
        }
        else if (!TryWriteExtended(session, wrapper, value))
        {
            session.WriteWithoutMembers(value);
        }
    }

    public static bool TryWriteExtended(PSWriteSession session, object value)
    {
        int start = session.Members.Count;
        InstanceMembers.Collect(value, session.Members);
        if (session.Members.Count == start)
        {
            return false;
        }

        WriteExtended(session, PSObject.AsPSObject(value), value, start);
        return true;
    }

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

    public static PSObject Read(ref WireReader reader, PSReadSession session, int slot)
    {
        PSObject result = reader.TryReadNil() ? new PSObject() : Wrap(session.ReadValue(ref reader));
        session.Register(slot, result);
        if (TypeNameList.TryRead(ref reader, session) is { } names)
        {
            PSInternals.SetTypeNames(result, names);
        }

        if (StringFormatter.Read(ref reader) is { } text)
        {
            PSInternals.SetDeserializedText(result, text);
        }

        MemberFormatter.Read(ref reader, session, null, result);
        return result;
    }

    // Members of a number are kept with its box, and all Booleans that were read share theirs.
    private static PSObject Wrap(object? value) => value switch
    {
        PSObject wrapper => wrapper,
        bool flag => new PSObject(flag),
        null => throw new FormatException(MessageText.Format(Messages.PSValueWrongType, null, typeof(PSObject))),
        _ => new PSObject(value),
    };

    private static bool TryWriteExtended(PSWriteSession session, PSObject wrapper, object value)
    {
        int start = session.Members.Count;
        InstanceMembers.Collect(wrapper, session.Members);
        if (session.Members.Count == start && !TypeNameList.IsChanged(PSInternals.TypeNames(wrapper), value.GetType()))
        {
            return false;
        }

        if (session.TryWriteReference(KeyOf(wrapper, value)))
        {
            session.Members.RemoveRange(start, session.Members.Count - start);
            return true;
        }

        WriteExtended(session, wrapper, value, start);
        return true;
    }

    /// <summary>What the members are kept with: a text or a number has none of its own, its wrapper has.</summary>
    private static object KeyOf(PSObject wrapper, object value) => value is string or ValueType ? wrapper : value;

    private static void WriteExtended(PSWriteSession session, PSObject wrapper, object value, int start)
    {
        Collection<string> names = PSInternals.TypeNames(wrapper);
        int number = session.SkipReference();
        session.Enter(value);
        session.BeginComposite(PSComposite.Object, 4);
        session.WriteWithoutMembers(value);

        // The members may refer to the object, which not every formatter numbers.
        session.AddReference(KeyOf(wrapper, value), number);
        TypeNameList.Write(session, TypeNameList.IsChanged(names, value.GetType()) ? names : null);
        StringFormatter.Write(session.Writer, PSInternals.DeserializedText(wrapper));
        MemberFormatter.Write(session, start);
        session.Leave();
    }

    private static void WriteCustom(PSWriteSession session, PSObject value)
    {
        if (ReferenceEquals(value, AutomationNull.Value))
        {
            session.Writer.WriteExtension(PSExtension.AutomationNull, [0]);
            return;
        }

        if (session.TryWriteReference(value))
        {
            return;
        }

        session.AddReference(value);
        session.Enter(value);
        List<PSMemberInfo> members = session.Members;
        int start = members.Count;
        InstanceMembers.Collect(value, members);
        Collection<string> names = PSInternals.TypeNames(value);
        string? text = PSInternals.DeserializedText(value);
        bool plainNames = TypeNameList.IsPlainCustom(names);
        if (plainNames && text is null && MemberFormatter.AreNotes(members, start))
        {
            MemberFormatter.WriteMap(session, start);
        }
        else
        {
            session.BeginComposite(PSComposite.Object, 4);
            session.Writer.WriteNil();
            TypeNameList.Write(session, plainNames ? null : names);
            if (!plainNames)
            {
                MemberFormatter.CollectOfType(value, members);
            }

            StringFormatter.Write(session.Writer, text);
            MemberFormatter.Write(session, start);
        }

        session.Leave();
    }
}
