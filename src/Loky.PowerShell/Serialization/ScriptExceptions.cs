using System.Reflection;
using System.Runtime.CompilerServices;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// Exceptions of classes that both sides have from the caller's script. None of the script's code runs when one is rebuilt,
/// only the constructor of the framework's exception that its classes derive from; then its fields are set.
/// </summary>
internal static class ScriptExceptions
{
    private static readonly ConstructorInfo Plain = typeof(Exception).GetConstructor([typeof(string), typeof(Exception)])!;

    /// <summary>Tells whether a type is an exception class of a script that both sides have, as are those that it derives from.</summary>
    public static bool IsKnown(KnownTypes? known, Type type) =>
        known is { IsEmpty: false } && typeof(Exception).IsAssignableFrom(type) && BaseOf(known, type) is { } framework && framework != type
        && !KnownTypes.IsOfScript(framework);

    /// <summary>Writes the fields that the classes of the script add.</summary>
    public static void WriteFields(PSWriteSession session, Exception exception)
    {
        Dictionary<string, FieldInfo> fields = KnownInstanceCodec.FieldsOf(exception.GetType());
        session.Writer.WriteArrayHeader(fields.Count * 2);
        foreach ((string name, FieldInfo field) in fields)
        {
            session.At(field.Name);
            session.Writer.Write(name);
            session.WriteValue(field.GetValue(exception));
        }
    }

    /// <summary>Reads such an exception; where its class is not known, as any other.</summary>
    public static Exception Read(ref WireReader reader, PSReadSession session, int slot)
    {
        Exception exception = ExceptionCodec.Read(ref reader, session, slot, parts => Create(session.KnownTypes, parts));
        Type type = exception.GetType();
        Dictionary<string, FieldInfo> fields = IsKnown(session.KnownTypes, type) ? KnownInstanceCodec.FieldsOf(type) : [];
        int count = reader.ReadArrayHeader() / 2;
        reader.Enter();
        for (int i = 0; i < count; i++)
        {
            string name = session.Names.Read(ref reader);
            object? value = session.ReadValue(ref reader);
            if (fields.TryGetValue(name, out FieldInfo? field))
            {
                field.SetValue(exception, PSArrayFormatter.Fit(value, field.FieldType));
            }
        }

        reader.Leave();
        return exception;
    }

    private static Exception? Create(KnownTypes? known, ExceptionParts parts)
    {
        if (parts.TypeNames.Length == 0
            || known?.Find(parts.TypeNames[0]) is not { IsAbstract: false, ContainsGenericParameters: false } type
            || !IsKnown(known, type))
        {
            return null;
        }

        var exception = (Exception)RuntimeHelpers.GetUninitializedObject(type);
        (ExceptionTypes.ConstructorOf(BaseOf(known, type)) ?? Plain).Invoke(exception, [parts.Message, parts.FirstInner]);
        if (!ExceptionTypes.TrySetMessage(exception, parts.Message))
        {
            return null;
        }

        KnownInstanceCodec.BindToSession(type, exception);
        return exception;
    }

    private static Type? BaseOf(KnownTypes known, Type type)
    {
        Type? current = type;
        while (current is not null && known.Contains(current))
        {
            current = current.BaseType;
        }

        return current;
    }
}
