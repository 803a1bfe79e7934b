using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml;

namespace Loky.PowerShell.Serialization;

/// <summary>How objects of a type become property bags by the type data of a runspace: where that adds nothing to the public
/// properties and fields of the type, without the member objects that PowerShell makes anew for each object.</summary>
internal sealed class PropertyPlan
{
    // By the members that a runspace's type data has for the names of an object, and its type: both can go. PowerShell makes
    // another collection of them when the type data changes, so that a plan holds as long as that is the one that is found.
    private static readonly ConditionalWeakTable<object, ConditionalWeakTable<Type, PropertyPlan>> Plans = [];

    // In place of the members where there is no runspace, or one without any.
    private static readonly object NoTypeData = new();

    private readonly string[] _names;
    private readonly Func<object, object?>[] _getters;

    private PropertyPlan(int? depth, string[] names, Func<object, object?>[] getters) =>
        (Depth, _names, _getters) = (depth, names, getters);

    /// <summary>Gets how many levels of property bags begin with such an object, where its type data says so.</summary>
    public int? Depth { get; }

    /// <summary>Gets the number of properties that are read by this; none where PowerShell's own members are needed.</summary>
    public int Count => _names.Length;

    public static PropertyPlan For(PSObject wrapper, object value)
    {
        Type type = value.GetType();
        if (CompiledInternals.MembersOfTypeData is not { } members)
        {
            return Make(wrapper, value, type);
        }

        ConditionalWeakTable<Type, PropertyPlan> plans = Plans.GetOrCreateValue(members(wrapper) ?? NoTypeData);
        if (!plans.TryGetValue(type, out PropertyPlan? plan))
        {
            plan = Make(wrapper, value, type);
            plans.AddOrUpdate(type, plan);
        }

        return plan;
    }

    public void Write(PSWriteSession session, object value)
    {
        for (int i = 0; i < _names.Length; i++)
        {
            session.At(_names[i]);
            session.Writer.Write((int)MemberKind.Note);
            session.Writer.Write(_names[i].AsSpan());
            session.WriteValue(MemberFormatter.Guard(value, _getters[i]));
        }
    }

    private static PropertyPlan Make(PSObject wrapper, object value, Type type)
    {
        int? depth = DepthOf(wrapper);
        if (value is XmlNode or IEnumerable or Task || type.IsCOMObject)
        {
            return new PropertyPlan(depth, [], []);
        }

        var names = new List<string>();
        var getters = new List<Func<object, object?>>();
        foreach (PSPropertyInfo property in wrapper.Properties)
        {
            if (property.IsInstance && property is not PSProperty)
            {
                continue;
            }

            if (property is not PSProperty || GetterOf(type, property.Name) is not { } getter)
            {
                return new PropertyPlan(depth, [], []);
            }

            names.Add(property.Name);
            getters.Add(getter);
        }

        return new PropertyPlan(depth, [.. names], [.. getters]);
    }

    private static int? DepthOf(PSObject wrapper) =>
        (wrapper.Members["PSStandardMembers"] as PSMemberSet)?.Members["SerializationDepth"] is PSNoteProperty { Value: { } value }
        && LanguagePrimitives.TryConvertTo(value, out int depth)
        && depth > 0
            ? depth
            : null;

    private static Func<object, object?>? GetterOf(Type type, string name)
    {
        const BindingFlags Public = BindingFlags.Instance | BindingFlags.Public;
        try
        {
            if (type.GetProperty(name, Public) is { } property)
            {
                return property.GetMethod is { IsPublic: true } getter
                    && property.GetIndexParameters().Length == 0
                    && !property.PropertyType.IsByRefLike
                    && !property.PropertyType.IsByRef
                    && !property.PropertyType.IsPointer
                    ? MethodInvoker.Create(getter).Invoke
                    : null;
            }

            return type.GetField(name, Public) is { FieldType.IsPointer: false } field ? field.GetValue : null;
        }
        catch (AmbiguousMatchException)
        {
            // A property that hides one of a base type: PowerShell knows which it means.
            return null;
        }
    }
}
