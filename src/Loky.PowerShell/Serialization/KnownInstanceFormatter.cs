using System.Reflection;
using System.Runtime.CompilerServices;

namespace Loky.PowerShell.Serialization;

/// <summary>Instances of types that both sides have: field by field, without running a constructor or a setter, either of which
/// is the user's code and may have effects.</summary>
internal static class KnownInstanceFormatter
{
    // A class of a script keeps the session state that its methods run in, in a field of this name.
    private const string SessionStateField = "__sessionState";
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConditionalWeakTable<Type, Dictionary<string, FieldInfo>> Plans = [];

    /// <summary>Tells whether instances of a type consist of nothing but fields of known types. One that derives from a type of
    /// the framework has fields whose meaning is not ours to know.</summary>
    public static bool CanRebuild(KnownTypes known, Type type) =>
        known.BaseOf(type) is { } other && other != type && (other == typeof(object) || other == typeof(ValueType));

    public static Dictionary<string, FieldInfo> FieldsOf(Type type) => Plans.GetValue(type, MakePlan);

    public static void Write(PSWriteSession session, object value)
    {
        if (!session.Begin(value))
        {
            return;
        }

        Type type = value.GetType();
        Dictionary<string, FieldInfo> plan = FieldsOf(type);
        session.BeginComposite(PSComposite.KnownInstance, 1 + (plan.Count * 2));
        session.Writer.Write(KnownTypes.NameOf(type));
        foreach ((string name, FieldInfo field) in plan)
        {
            session.At(field.Name);
            session.Writer.Write(name);
            session.WriteValue(field.GetValue(value));
        }

        session.Leave();
    }

    /// <summary>Reads an instance; a property bag where its type is not known.</summary>
    public static object Read(ref WireReader reader, PSReadSession session, int slot, int count)
    {
        string name = session.Names.Read(ref reader);
        Type? type = session.KnownTypes is { } known
            && known.Find(name) is { IsAbstract: false, ContainsGenericParameters: false } found
            && CanRebuild(known, found)
                ? found
                : null;
        object result = type is null
            ? PSInternals.NewBag(name, TypeNameList.Deserialized(name), "Deserialized.System.Object")
            : RuntimeHelpers.GetUninitializedObject(type);
        session.Register(slot, result);
        Dictionary<string, FieldInfo> plan = type is null ? [] : FieldsOf(type);
        if (type is not null)
        {
            BindToSession(type, result);
        }

        for (int i = 0; i < count / 2; i++)
        {
            string field = session.Names.Read(ref reader);
            object? value = session.ReadValue(ref reader);
            if (result is PSObject bag)
            {
                bag.Members.Add(new PSNoteProperty(PropertyName(field), value));
            }
            else if (plan.TryGetValue(field, out FieldInfo? own))
            {
                // A field that only the other side has is one that this version of the class no longer has.
                own.SetValue(result, ObjectArrayFormatter.Fit(value, own.FieldType));
            }
        }

        return result;
    }

    private static string PropertyName(string field)
    {
        int start = field.IndexOf('<', StringComparison.Ordinal);
        int end = field.IndexOf('>', StringComparison.Ordinal);
        return start >= 0 && end > start + 1 ? field[(start + 1)..end] : field;
    }

    /// <summary>Gives an instance the session state that the methods of its class run in.</summary>
    public static void BindToSession(Type type, object instance)
    {
        for (Type? current = type; current is not null && current != typeof(object); current = current.BaseType)
        {
            if (current.GetField(SessionStateField, Declared) is not { } field)
            {
                continue;
            }

            Type? helpers = current.Assembly.GetType(current.FullName + "_<staticHelpers>", throwOnError: false);
            object? keeper = helpers?.GetField("__sessionStateKeeper", BindingFlags.Static | BindingFlags.NonPublic)?.GetValue(null);
            field.SetValue(instance, ScriptInternals.KeptSession.Invoke(keeper));
        }
    }

    private static Dictionary<string, FieldInfo> MakePlan(Type type)
    {
        // The fields of an exception of the framework are the framework's own; the classes of scripts come before it.
        IEnumerable<Type> levels = Fields.LevelsOf(type).TakeWhile(static level => level != typeof(object) && level != typeof(ValueType)
            && (!typeof(Exception).IsAssignableFrom(level) || KnownTypes.IsOfScript(level)));

        // A base class can have a private field of the same name.
        return levels
            .SelectMany(static (level, number) => level.GetFields(Declared).Select(
                field => (Name: number == 0 ? field.Name : $"{number}.{field.Name}", Field: field)))
            .Where(static named => named.Field.Name != SessionStateField && !named.Field.FieldType.IsPointer)
            .GroupBy(static named => named.Name)
            .ToDictionary(static fields => fields.Key, static fields => fields.Last().Field);
    }
}
