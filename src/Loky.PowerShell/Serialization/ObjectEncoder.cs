using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Xml;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// Writes custom objects, objects with members of their own, and property bags of objects that the fixed set of types
/// has no form for.
/// </summary>
internal static class ObjectEncoder
{
    /// <summary>Writes what a wrapper wraps, with the members that the object has of its own.</summary>
    public static void Write(PSValueWriter writer, PSObject wrapper)
    {
        object value = wrapper.ImmediateBaseObject;
        while (value is PSObject inner)
        {
            wrapper = inner;
            value = inner.ImmediateBaseObject;
        }

        if (value is PSCustomObject)
        {
            WriteCustom(writer, wrapper);
            return;
        }

        // Members of other objects are kept with the object, whichever wrapper they were added through.
        if (value is string or ValueType && PSInternals.IsUntouched(wrapper))
        {
            writer.WriteValue(value);
            return;
        }

        ValueEncoder encoder = writer.EncoderFor(value.GetType());
        if (encoder == WriteUnwrapped)
        {
            WriteOther(writer, wrapper, value);
        }
        else if (!TryWriteExtended(writer, wrapper, value))
        {
            writer.WriteWithoutMembers(value);
        }
    }

    /// <summary>Writes an object of a type that has no encoder.</summary>
    public static void WriteUnwrapped(PSValueWriter writer, object value) => WriteOther(writer, PSObject.AsPSObject(value), value);

    /// <summary>Writes an object with its own members, if it has some.</summary>
    public static bool TryWriteExtended(PSValueWriter writer, object value)
    {
        int start = writer.Members.Count;
        InstanceMembers.Collect(value, writer.Members);
        if (writer.Members.Count == start)
        {
            return false;
        }

        WriteExtended(writer, PSObject.AsPSObject(value), value, start);
        return true;
    }

    private static bool TryWriteExtended(PSValueWriter writer, PSObject wrapper, object value)
    {
        int start = writer.Members.Count;
        InstanceMembers.Collect(wrapper, writer.Members);
        if (writer.Members.Count == start && !TypeNameList.IsChanged(PSInternals.TypeNames(wrapper), value.GetType()))
        {
            return false;
        }

        if (writer.TryWriteReference(KeyOf(wrapper, value)))
        {
            writer.Members.RemoveRange(start, writer.Members.Count - start);
            return true;
        }

        WriteExtended(writer, wrapper, value, start);
        return true;
    }

    /// <summary>What the members are kept with: a text or a number has none of its own, its wrapper has.</summary>
    private static object KeyOf(PSObject wrapper, object value) => value is string or ValueType ? wrapper : value;

    private static void WriteExtended(PSValueWriter writer, PSObject wrapper, object value, int start)
    {
        Collection<string> names = PSInternals.TypeNames(wrapper);
        int number = writer.SkipReference();
        writer.Enter(value);
        writer.BeginComposite(PSComposite.Object, 4);
        writer.WriteWithoutMembers(value);

        // The members may refer to the object, which not every encoder numbers.
        writer.AddReference(KeyOf(wrapper, value), number);
        if (TypeNameList.IsChanged(names, value.GetType()))
        {
            TypeNameList.Write(writer, names);
        }
        else
        {
            writer.Out.WriteNil();
        }

        ScalarEncoders.WriteStringOrNil(writer, PSInternals.DeserializedText(wrapper));
        MemberEncoder.Write(writer, start);
        writer.Leave();
    }

    private static void WriteCustom(PSValueWriter writer, PSObject value)
    {
        if (ReferenceEquals(value, AutomationNull.Value))
        {
            writer.Out.WriteExtension(PSExtension.AutomationNull, [0]);
            return;
        }

        if (writer.TryWriteReference(value))
        {
            return;
        }

        writer.AddReference(value);
        writer.Enter(value);
        List<PSMemberInfo> members = writer.Members;
        int start = members.Count;
        InstanceMembers.Collect(value, members);
        Collection<string> names = PSInternals.TypeNames(value);
        string? text = PSInternals.DeserializedText(value);
        bool plainNames = TypeNameList.IsPlainCustom(names);
        if (plainNames && text is null && MemberEncoder.AreNotes(members, start))
        {
            MemberEncoder.WriteMap(writer, start);
        }
        else
        {
            writer.BeginComposite(PSComposite.Object, 4);
            writer.Out.WriteNil();
            if (plainNames)
            {
                writer.Out.WriteNil();
            }
            else
            {
                TypeNameList.Write(writer, names);
                MemberEncoder.CollectOfType(value, members);
            }

            ScalarEncoders.WriteStringOrNil(writer, text);
            MemberEncoder.Write(writer, start);
        }

        writer.Leave();
    }

    private static void WriteOther(PSValueWriter writer, PSObject wrapper, object value)
    {
        writer.Meet(value.GetType());
        if (writer.KnownTypes is { IsEmpty: false } known && KnownInstanceCodec.CanRebuild(known, value.GetType()))
        {
            KnownInstanceCodec.Write(writer, value);
            return;
        }

        if (!value.GetType().IsValueType)
        {
            if (writer.TryWriteReference(value))
            {
                return;
            }
        }

        bool dictionary = value is IDictionary;
        bool collection = dictionary || (value is IEnumerable && value is not XmlNode);
        PropertyPlan? plan = dictionary ? null : PropertyPlan.For(wrapper, value);
        int outerDepth = writer.DepthLeft;
        int depth = plan?.Depth ?? outerDepth;
        if (depth <= 0 && !collection)
        {
            ScalarEncoders.WriteStringOrNil(writer, TextOf(wrapper));
            return;
        }

        if (collection)
        {
            // The reader has the wrapper only after the elements, which may refer to the collection: what is inside stands
            // for it. Members and type names are kept with that too.
            _ = writer.SkipReference();
        }
        else
        {
            writer.AddReference(value);
        }

        writer.Enter(value);
        writer.DepthLeft = depth;
        writer.BeginComposite(PSComposite.Object, 4);
        if (dictionary)
        {
            WriteEntries(writer, (IDictionary)value);
        }
        else if (collection)
        {
            WriteElements(writer, (IEnumerable)value);
        }
        else
        {
            writer.Out.WriteNil();
        }

        TypeNameList.WriteDeserialized(writer, PSInternals.TypeNames(wrapper));
        ScalarEncoders.WriteStringOrNil(writer, collection ? null : TextOf(wrapper));
        WriteProperties(writer, wrapper, value, depth > 0 ? plan : null);
        writer.DepthLeft = outerDepth;
        writer.Leave();
    }

    private static void WriteProperties(PSValueWriter writer, PSObject wrapper, object value, PropertyPlan? plan)
    {
        int start = writer.Members.Count;
        if (plan is { Count: 0 })
        {
            MemberEncoder.CollectProperties(wrapper, value, writer.Members);
        }
        else
        {
            InstanceMembers.Collect(wrapper, writer.Members);
        }

        writer.DepthLeft--;
        MemberEncoder.Write(writer, start, plan, value);
        writer.DepthLeft++;
    }

    private static void WriteEntries(PSValueWriter writer, IDictionary value)
    {
        writer.AddReference(value);
        writer.Enter(value);
        OrderedHashtables.WriteOf(writer, value, ComparerFor(value));
        writer.Leave();
    }

    private static StringComparer ComparerFor(IDictionary value)
    {
        // That of PowerShell's own tables, unless some keys are the same but for their case.
        var seen = new HashSet<string>(StringComparer.CurrentCultureIgnoreCase);
        foreach (object key in value.Keys)
        {
            if (key is string text && !seen.Add(text))
            {
                return StringComparer.Ordinal;
            }
        }

        return StringComparer.CurrentCultureIgnoreCase;
    }

    private static void WriteElements(PSValueWriter writer, IEnumerable value)
    {
        // How many there are is known only afterwards, and enumerating may fail; what came before that is kept.
        var items = new List<object?>();
        try
        {
            foreach (object? item in value)
            {
                items.Add(item);
            }
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or PipelineStoppedException))
        {
            // As in remoting: the collection of another type that cannot be read to its end is cut there.
        }

        writer.AddReference(value);
        writer.Enter(value);
        writer.BeginComposite(PSComposite.ArrayList, items.Count);
        CollectionEncoders.WriteItems(writer, items, items.Count);
        writer.Leave();
    }

    private static string? TextOf(PSObject wrapper)
    {
        try
        {
            return wrapper.ToString();
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or PipelineStoppedException))
        {
            // ToString may be the user's code; an object without a text is still an object.
            return null;
        }
    }
}
