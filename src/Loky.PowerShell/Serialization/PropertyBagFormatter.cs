using System.Collections;
using System.Xml;

namespace Loky.PowerShell.Serialization;

/// <summary>Property bags of objects that the fixed set of types has no form for. They are read as the custom objects are.</summary>
internal static class PropertyBagFormatter
{
    public static void Write(PSWriteSession session, object value) => Write(session, PSObject.AsPSObject(value), value);

    public static void Write(PSWriteSession session, PSObject wrapper, object value)
    {
        session.Meet(value.GetType());
        if (session.KnownTypes is { IsEmpty: false } known && KnownInstanceFormatter.CanRebuild(known, value.GetType()))
        {
            KnownInstanceFormatter.Write(session, value);
            return;
        }

        if (!value.GetType().IsValueType && session.TryWriteReference(value))
        {
            return;
        }

        bool dictionary = value is IDictionary;
        bool collection = dictionary || (value is IEnumerable && value is not XmlNode);
        PropertyPlan? plan = dictionary ? null : PropertyPlan.For(wrapper, value);
        int outerDepth = session.DepthLeft;
        int depth = plan?.Depth ?? outerDepth;
        if (depth <= 0 && !collection)
        {
            StringFormatter.Write(session.Writer, TextOf(wrapper));
            return;
        }

        if (collection)
        {
            // The reader has the wrapper only after the elements, which may refer to the collection: what is inside stands
            // for it. Members and type names are kept with that too.
            _ = session.SkipReference();
        }
        else
        {
            session.AddReference(value);
        }

        session.Enter(value);
        session.DepthLeft = depth;
        session.BeginComposite(PSComposite.Object, 4);
        if (dictionary)
        {
            WriteEntries(session, (IDictionary)value);
        }
        else if (collection)
        {
            WriteElements(session, (IEnumerable)value);
        }
        else
        {
            session.Writer.WriteNil();
        }

        TypeNameList.WriteDeserialized(session, PSInternals.TypeNames(wrapper));
        StringFormatter.Write(session.Writer, collection ? null : TextOf(wrapper));
        WriteProperties(session, wrapper, value, depth > 0 ? plan : null);
        session.DepthLeft = outerDepth;
        session.Leave();
    }

    private static void WriteProperties(PSWriteSession session, PSObject wrapper, object value, PropertyPlan? plan)
    {
        int start = session.Members.Count;
        if (plan is { Count: 0 })
        {
            MemberFormatter.CollectProperties(wrapper, value, session.Members);
        }
        else
        {
            InstanceMembers.Collect(wrapper, session.Members);
        }

        session.DepthLeft--;
        MemberFormatter.Write(session, start, plan, value);
        session.DepthLeft++;
    }

    private static void WriteEntries(PSWriteSession session, IDictionary value)
    {
        session.AddReference(value);
        session.Enter(value);
        DictionaryFormatter.WriteContent(session, PSComposite.OrderedHashtable, value, ComparerFor(value));
        session.Leave();
    }

    // That of PowerShell's own tables, unless some keys are the same but for their case.
    private static StringComparer ComparerFor(IDictionary value) =>
        value.Keys.OfType<string>().All(new HashSet<string>(StringComparer.CurrentCultureIgnoreCase).Add)
            ? StringComparer.CurrentCultureIgnoreCase
            : StringComparer.Ordinal;

    private static void WriteElements(PSWriteSession session, IEnumerable value)
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

        session.AddReference(value);
        session.Enter(value);
        ArrayFormatters.WriteItems(session, items, items.Count);
        session.Leave();
    }

    private static string? TextOf(PSObject wrapper) => MemberFormatter.Guard(wrapper, static wrapper => wrapper.ToString());
}
