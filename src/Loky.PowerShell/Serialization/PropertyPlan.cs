using System.Collections;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// The properties of a type whose objects become property bags, where they are no more than the public properties and
/// fields of the type: reading them needs none of the member objects that PowerShell makes anew for each object.
/// </summary>
internal sealed class PropertyPlan
{
    // Type data can be added at any time, and then a type has more properties than this.
    private const long ValidMilliseconds = 500;

    private static readonly ConditionalWeakTable<Type, PropertyPlan> Plans = [];

    private readonly string[] _names;
    private readonly Func<object, object?>[] _getters;
    private readonly long _made = Environment.TickCount64;

    private PropertyPlan(string[] names, Func<object, object?>[] getters) => (_names, _getters) = (names, getters);

    /// <summary>Gets the number of properties.</summary>
    public int Count => _names.Length;

    /// <summary>Gets the plan of the type of <paramref name="value"/>, or null if its properties are other ones.</summary>
    public static PropertyPlan? For(PSObject wrapper, object value)
    {
        Type type = value.GetType();
        if (Plans.TryGetValue(type, out PropertyPlan? plan) && Environment.TickCount64 - plan._made < ValidMilliseconds)
        {
            return plan.Count == 0 ? null : plan;
        }

        plan = Make(wrapper, value, type) ?? new PropertyPlan([], []);
        Plans.AddOrUpdate(type, plan);
        return plan.Count == 0 ? null : plan;
    }

    /// <summary>Writes kind, name and value of each property.</summary>
    public void Write(PSValueWriter writer, object value)
    {
        for (int i = 0; i < _names.Length; i++)
        {
            writer.At(_names[i]);
            writer.Out.Write((int)MemberKind.Note);
            writer.Out.Write(_names[i].AsSpan());
            writer.WriteValue(Get(_getters[i], value));
        }
    }

    private static object? Get(Func<object, object?> getter, object value)
    {
        try
        {
            return getter(value);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or PipelineStoppedException))
        {
            // As for the property of any object: one that throws must not cost the user the others.
            return null;
        }
    }

    private static PropertyPlan? Make(PSObject wrapper, object value, Type type)
    {
        if (value is XmlNode or IEnumerable or Task || type.IsCOMObject)
        {
            return null;
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
                return null;
            }

            names.Add(property.Name);
            getters.Add(getter);
        }

        return new PropertyPlan([.. names], [.. getters]);
    }

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
