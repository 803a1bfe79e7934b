using System.Collections;
using System.Management.Automation;
using System.Runtime.ExceptionServices;
using Loky.Serialization;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// Exceptions: type names (its own first), message, stack trace, HRESULT, source, help link, inner exceptions, data, and
/// the properties that its type adds. Those of <see cref="ExceptionTypes"/> are rebuilt as what they are; any other comes
/// as a <see cref="System.Management.Automation.RemoteException"/> whose <c>SerializedRemoteException</c> is a property bag.
/// </summary>
internal static class ExceptionCodec
{
    private const int Parts = 9;

    // Chains of inner exceptions are short; one that is not ends here, so that it cannot be too deep to send.
    private const int MostInner = 8;

    private static readonly HashSet<string> Common = new(StringComparer.OrdinalIgnoreCase)
    {
        "Message", "StackTrace", "HResult", "Source", "HelpLink", "InnerException", "InnerExceptions", "Data", "TargetSite",
        "ErrorRecord",
    };

    /// <summary>Writes an exception.</summary>
    public static void Write(PSWriteSession session, object value)
    {
        if (!session.TryBeginLate(value, out int reference))
        {
            return;
        }

        var exception = (Exception)value;
        session.Meet(value.GetType());
        bool known = ScriptExceptions.IsKnown(session.KnownTypes, value.GetType());
        WireWriter output = session.Writer;
        session.BeginComposite(known ? PSComposite.KnownException : PSComposite.Exception, known ? Parts + 1 : Parts);
        WriteTypeNames(output, exception.GetType());
        StringFormatter.Write(session.Writer, TextOf(exception, static of => of.Message) ?? exception.GetType().ToString());
        StringFormatter.Write(session.Writer, TextOf(exception, static of => of.StackTrace));
        output.Write(exception.HResult);
        StringFormatter.Write(session.Writer, TextOf(exception, static of => of.Source));
        StringFormatter.Write(session.Writer, TextOf(exception, static of => of.HelpLink));
        WriteInner(session, exception);
        WriteData(session, exception);
        WriteProperties(session, exception);
        if (known)
        {
            ScriptExceptions.WriteFields(session, exception);
        }

        session.EndLate(value, reference);
        session.Leave();
    }

    /// <summary>Reads an exception.</summary>
    public static Exception Read(ref WireReader reader, PSReadSession session, int slot) => Read(ref reader, session, slot, null);

    /// <summary>Reads an exception that <paramref name="create"/> makes if it can.</summary>
    public static Exception Read(ref WireReader reader, PSReadSession session, int slot, Func<ExceptionParts, Exception?>? create)
    {
        string[] names = TypeNameList.Read(ref reader, session)
            ?? throw new FormatException(MessageText.Format(Messages.PSValueWrongType, null, typeof(string[])));
        string message = StringFormatter.Read(ref reader) ?? string.Empty;
        string? stack = StringFormatter.Read(ref reader);
        int hresult = reader.ReadInt32();
        string? source = StringFormatter.Read(ref reader);
        string? helpLink = StringFormatter.Read(ref reader);
        var inner = new Exception[reader.ReadArrayHeader()];
        for (int i = 0; i < inner.Length; i++)
        {
            object? read = session.ReadValue(ref reader);
            inner[i] = read as Exception ?? (read as PSObject)?.BaseObject as Exception
                ?? throw new FormatException(MessageText.Format(Messages.PSValueWrongType, read?.GetType(), typeof(Exception)));
        }

        object? data = session.ReadValue(ref reader);
        object? properties = session.ReadValue(ref reader);
        var parts = new ExceptionParts(names, message, stack, hresult, inner, properties as Hashtable ?? []);
        Exception exception = create?.Invoke(parts) ?? ExceptionTypes.Create(parts) ?? CreateRemote(parts);
        session.Register(slot, exception);
        exception.HResult = hresult;
        exception.Source = source;
        exception.HelpLink = helpLink;
        if (stack is { Length: > 0 })
        {
            _ = ExceptionDispatchInfo.SetRemoteStackTrace(exception, stack);
        }

        foreach (DictionaryEntry entry in data as Hashtable ?? [])
        {
            exception.Data[entry.Key] = entry.Value;
        }

        return exception;
    }

    private static void WriteTypeNames(WireWriter output, Type type)
    {
        int count = 0;
        for (Type? current = type; current is not null; current = current.BaseType)
        {
            count++;
        }

        output.WriteArrayHeader(count);
        for (Type? current = type; current is not null; current = current.BaseType)
        {
            output.Write(KnownTypes.NameOf(current));
        }
    }

    private static void WriteInner(PSWriteSession session, Exception exception)
    {
        Exception[] inner =
            exception is AggregateException aggregate ? [.. aggregate.InnerExceptions] :
            exception.InnerException is { } one ? [one] : [];

        // The data of an exception can lead back to one that it is an inner exception of.
        if (Array.Exists(inner, session.IsPending))
        {
            inner = Array.FindAll(inner, one => !session.IsPending(one));
        }

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

        int depth = session.DepthLeft;
        session.DepthLeft = 0;
        session.At(nameof(exception.Data));
        var copy = new Hashtable(data);
        session.WriteValue(copy);
        session.DepthLeft = depth;
    }

    private static void WriteProperties(PSWriteSession session, Exception exception)
    {
        var properties = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (PSPropertyInfo property in PSObject.AsPSObject(exception).Properties)
        {
            if (property is PSProperty && !Common.Contains(property.Name))
            {
                properties[property.Name] = MemberEncoder.ValueOf(property);
            }
        }

        if (properties.Count == 0)
        {
            session.Writer.WriteNil();
            return;
        }

        int depth = session.DepthLeft;
        session.DepthLeft = 0;
        session.WriteValue(properties);
        session.DepthLeft = depth;
    }

    private static string? TextOf(Exception exception, Func<Exception, string?> property)
    {
        try
        {
            return property(exception);
        }
        catch (Exception inner) when (inner is not OutOfMemoryException)
        {
            // The property may be the user's code.
            return null;
        }
    }

    /// <summary>Makes the exception that stands for one whose type is not rebuilt here.</summary>
    internal static Exception CreateRemote(ExceptionParts parts)
    {
        var bag = new PSObject();
        var names = new string[parts.TypeNames.Length];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = TypeNameList.Deserialized(parts.TypeNames[i]);
        }

        PSInternals.SetTypeNames(bag, names);
        PSInternals.SetDeserializedText(bag, $"{(names.Length > 0 ? parts.TypeNames[0] : nameof(Exception))}: {parts.Message}");
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

        return RemoteExceptions.Create(parts.Message, parts.FirstInner, bag);
    }

    private static void Add(PSObject bag, string name, object? value) =>
        bag.Members.Add(new PSNoteProperty(name, value), preValidated: true);
}
