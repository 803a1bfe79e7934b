using System.Collections;
using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Loky.PowerShell.Serialization;

/// <summary>Exceptions: type names (its own first), message, stack trace, HRESULT, source, help link, inner exceptions, data, and
/// what its type adds. Those of .NET and of scripts are rebuilt by their fields, those of <see cref="ExceptionTypes"/> by a
/// constructor; any other comes as a <see cref="System.Management.Automation.RemoteException"/> with a property bag.</summary>
internal static class PSExceptionFormatter
{
    private const int Parts = 9;

    // Chains of inner exceptions are short; one that is not ends here, so that it cannot be too deep to send.
    private const int MostInner = 8;

    // It has the text that was searched, of any length; what stands for it has its properties as well.
    private const string WithText = "System.Text.RegularExpressions.RegexMatchTimeoutException";

    private static readonly HashSet<string> Common = new(StringComparer.OrdinalIgnoreCase)
    {
        "Message", "StackTrace", "HResult", "Source", "HelpLink", "InnerException", "InnerExceptions", "Data", "TargetSite",
        "ErrorRecord",
    };

    public static void Write(PSWriteSession session, object value)
    {
        if (!session.TryBeginLate(value, out int reference))
        {
            return;
        }

        var exception = (Exception)value;
        session.Meet(value.GetType());
        Dictionary<string, FieldInfo>? fields = FieldsOf(session.KnownTypes, value.GetType());
        session.BeginComposite(fields is null ? PSComposite.Exception : PSComposite.RebuiltException, fields is null ? Parts : Parts + 1);
        TypeNameList.Write(session, TypeNamesOf(exception.GetType()));
        StringFormatter.Write(session.Writer, ExceptionFormatter.Try(exception, static of => of.Message) ?? exception.GetType().ToString());
        StringFormatter.Write(session.Writer, ExceptionFormatter.Try(exception, static of => of.StackTrace));
        session.Writer.Write(exception.HResult);
        StringFormatter.Write(session.Writer, ExceptionFormatter.Try(exception, static of => of.Source));
        StringFormatter.Write(session.Writer, ExceptionFormatter.Try(exception, static of => of.HelpLink));
        WriteInner(session, exception);
        WriteData(session, exception);
        if (fields is null)
        {
            WriteProperties(session, exception);
        }
        else
        {
            WriteFields(session, exception, fields);
        }

        session.EndLate(value, reference);
        session.Leave();
    }

    public static Exception Read(ref WireReader reader, PSReadSession session, int slot)
    {
        ExceptionParts parts = ReadParts(ref reader, session, out Hashtable? data);
        parts = parts with { Properties = session.ReadValue(ref reader) as Hashtable ?? [] };
        Exception exception = ExceptionTypes.Create(parts) ?? CreateRemote(parts);
        session.Register(slot, exception);
        return Complete(exception, parts, data);
    }

    /// <summary>Sets the fields of a type that both sides have; where that fails, another exception stands for it.</summary>
    public static Exception ReadRebuilt(ref WireReader reader, PSReadSession session, int slot)
    {
        ExceptionParts parts = ReadParts(ref reader, session, out Hashtable? data);
        string? rawMessage = StringFormatter.Read(ref reader);
        string name = parts.TypeNames.FirstOrDefault() ?? string.Empty;
        Type? type = name == WithText ? null : KnownExceptions.Find(name);
        Exception? exception = type is null ? ScriptExceptions.Create(session.KnownTypes, parts) : ExceptionFormatter.Create(type, rawMessage, parts.Inner);
        if (exception is not null)
        {
            session.Register(slot, exception);
        }

        ReadFields(ref reader, session, exception);

        // The message of a script's class may be code of it, which does not run here; its text is set already.
        bool isWhole = exception is not null
            && (type is null || ExceptionFormatter.HasMessage(exception, parts.Message)
                || (ExceptionTypes.TrySetMessage(exception, parts.Message) && ExceptionFormatter.HasMessage(exception, parts.Message)));
        return Complete(isWhole ? exception! : CreateRemote(parts), parts, data);
    }

    /// <summary>Makes of an exception that stands for another in the core's way the one that stands for it in PowerShell's, or
    /// the other itself, where PowerShell can rebuild it.</summary>
    public static Exception OfCore(Exception exception)
    {
        if (exception is not Loky.RemoteException remote)
        {
            return exception;
        }

        string[] names = [remote.OriginalTypeName, typeof(Exception).FullName!, typeof(object).FullName!];
        Exception[] inner = remote.InnerException is { } one ? [OfCore(one)] : [];
        var parts = new ExceptionParts(names, remote.Message, remote.StackTrace, remote.HResult, inner, []);
        return Complete(ExceptionTypes.Create(parts) ?? CreateRemote(parts), parts, remote.Data);
    }

    private static ExceptionParts ReadParts(ref WireReader reader, PSReadSession session, out Hashtable? data)
    {
        string[] names = TypeNameList.TryRead(ref reader, session)
            ?? throw new FormatException(MessageText.Format(Messages.PSValueWrongType, null, typeof(string[])));
        string message = StringFormatter.Read(ref reader) ?? string.Empty;
        string? stack = StringFormatter.Read(ref reader);
        int hresult = reader.ReadInt32();
        string? source = StringFormatter.Read(ref reader);
        string? helpLink = StringFormatter.Read(ref reader);
        var inner = new Exception[reader.ReadArrayHeader()];
        for (int i = 0; i < inner.Length; i++)
        {
            inner[i] = session.Require<Exception>(ref reader);
        }

        data = session.ReadValue(ref reader) as Hashtable;
        return new ExceptionParts(names, message, stack, hresult, inner, []) { Source = source, HelpLink = helpLink };
    }

    private static Exception Complete(Exception exception, ExceptionParts parts, IDictionary? data)
    {
        exception.HResult = parts.HResult;
        exception.Source = parts.Source;
        exception.HelpLink = parts.HelpLink;
        if (parts.StackTrace is { Length: > 0 } stack)
        {
            _ = ExceptionDispatchInfo.SetRemoteStackTrace(exception, stack);
        }

        foreach (DictionaryEntry entry in data ?? new Hashtable())
        {
            exception.Data[entry.Key] = entry.Value;
        }

        return exception;
    }

    /// <summary>Gets the fields that are written, by the names that they have on both sides; null where properties are.</summary>
    private static Dictionary<string, FieldInfo>? FieldsOf(KnownTypes? known, Type type) =>
        type.FullName is { } name && name != WithText && KnownExceptions.Find(name) == type
            ? ExceptionFields.ByName(type)
        : ScriptExceptions.IsKnown(known, type) ? KnownInstanceFormatter.FieldsOf(type)
        : null;

    private static void WriteFields(PSWriteSession session, Exception exception, Dictionary<string, FieldInfo> fields)
    {
        StringFormatter.Write(session.Writer, ExceptionFormatter.Try(exception, ExceptionFields.RawMessage));
        session.Writer.WriteArrayHeader(fields.Count * 2);
        foreach ((string name, FieldInfo field) in fields)
        {
            session.At(field.Name);
            session.Writer.Write(name);
            session.WriteValue(field.GetValue(exception));
        }
    }

    private static void ReadFields(ref WireReader reader, PSReadSession session, Exception? exception)
    {
        Dictionary<string, FieldInfo> fields = exception is null ? [] : FieldsOf(session.KnownTypes, exception.GetType()) ?? [];
        int count = reader.ReadArrayHeader() / 2;

        // What an exception of .NET has to say may ask an object for its text, and that of a script's class is code.
        bool ofScript = exception is not null && ScriptExceptions.IsKnown(session.KnownTypes, exception.GetType());
        reader.Enter();
        for (int i = 0; i < count; i++)
        {
            string name = session.Names.Read(ref reader);
            object? value = session.ReadValue(ref reader);
            if (fields.TryGetValue(name, out FieldInfo? field) && ObjectArrayFormatter.Fit(value, field.FieldType) is var fitting
                && (fitting is null ? !field.FieldType.IsValueType : field.FieldType.IsInstanceOfType(fitting))
                && (ofScript || fitting?.GetType().Assembly.IsDynamic is not true))
            {
                field.SetValue(exception, fitting);
            }
        }

        reader.Leave();
    }

    private static List<string> TypeNamesOf(Type type)
    {
        var names = new List<string>();
        for (Type? current = type; current is not null; current = current.BaseType)
        {
            names.Add(KnownTypes.NameOf(current));
        }

        return names;
    }

    private static void WriteInner(PSWriteSession session, Exception exception)
    {
        // The data of an exception can lead back to one that it is an inner exception of.
        Exception[] inner = [.. ExceptionFormatter.InnerOf(exception).Where(one => !session.IsPending(one))];
        int count = session.InnerExceptions < MostInner ? inner.Length : 0;
        session.InnerExceptions++;
        session.Writer.WriteArrayHeader(count);
        for (int i = 0; i < count; i++)
        {
            session.At(nameof(exception.InnerException));
            session.WriteValue(inner[i]);
        }

        session.InnerExceptions--;
    }

    private static void WriteData(PSWriteSession session, Exception exception)
    {
        if (exception.Data is not { Count: > 0 } data)
        {
            session.Writer.WriteNil();
            return;
        }

        session.At(nameof(exception.Data));
        session.WriteAtDepth(0, new Hashtable(data));
    }

    private static void WriteProperties(PSWriteSession session, Exception exception)
    {
        var properties = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (PSPropertyInfo property in PSObject.AsPSObject(exception).Properties)
        {
            if (property is PSProperty && !Common.Contains(property.Name))
            {
                properties[property.Name] = MemberFormatter.ValueOf(property);
            }
        }

        session.WriteAtDepth(0, properties.Count > 0 ? properties : null);
    }

    private static Exception CreateRemote(ExceptionParts parts)
    {
        string text = $"{parts.TypeNames.FirstOrDefault(nameof(Exception))}: {parts.Message}";
        PSObject bag = PSInternals.NewBag(text, Array.ConvertAll(parts.TypeNames, TypeNameList.Deserialized));
        Add(bag, nameof(Exception.Message), parts.Message);
        Add(bag, nameof(Exception.StackTrace), parts.StackTrace);
        Add(bag, nameof(Exception.HResult), parts.HResult);
        Add(bag, nameof(Exception.InnerException), parts.FirstInner);
        foreach (DictionaryEntry property in parts.Properties)
        {
            if (property.Key is string { Length: > 0 } name && !Common.Contains(name))
            {
                Add(bag, name, property.Value);
            }
        }

        return RecordInternals.NewRemoteException.New(parts.Message, bag, null) is { } exception
            && ExceptionTypes.WithInner(exception, parts.FirstInner) is { } complete
                ? complete
                : new System.Management.Automation.RemoteException(parts.Message, parts.FirstInner);
    }

    private static void Add(PSObject bag, string name, object? value) =>
        bag.Members.Add(new PSNoteProperty(name, value), preValidated: true);
}
