using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Loky.Serialization;

/// <summary>Exceptions: what throws, or cannot be sent, costs that property or field alone; the message always arrives.</summary>
/// <remarks>Rebuilt by the constructor of the base class alone; the fields of the derived classes are set.</remarks>
internal static class ExceptionFormatter
{
    public const int Parts = 9;

    // Beyond these, exceptions keep their message and trace, but not what they contain.
    private const int MaxNesting = 32;
    private const int MaxCount = 1000;

    // The messages of aggregates contain those of all that they contain, so they can double at each level.
    private const int MaxText = 1 << 20;

    private static readonly ConstructorInfo ExceptionConstructor = typeof(Exception).GetConstructor([typeof(string), typeof(Exception)])!;
    private static readonly ConstructorInfo AggregateConstructor = typeof(AggregateException).GetConstructor([typeof(string), typeof(Exception[])])!;

    public static Exception Read(ref WireReader reader, ReadSession session)
    {
        reader.ReadArrayHeader(Parts);
        reader.Enter();
        string typeName = StringFormatter.Read(ref reader) ?? string.Empty;
        AssemblyReference? assembly = reader.TryReadNil() ? null : session.Types.ReadAssembly(ref reader);
        string message = StringFormatter.Read(ref reader) ?? string.Empty;
        string? rawMessage = StringFormatter.Read(ref reader);
        int result = reader.ReadInt32();
        string? stackTrace = StringFormatter.Read(ref reader);
        Exception[] inner = ReadInner(ref reader, session);
        List<(object Key, object? Value)> data = ReadData(ref reader, session);

        Type? type = assembly is not null ? TryFindType(assembly, typeName, session) : null;
        Exception? original = type is null ? null : Create(type, rawMessage, inner);
        ReadFields(ref reader, session, original);
        reader.Leave();
        if (original is null || !HasMessage(original, message))
        {
            original = new RemoteException(message, typeName, inner.FirstOrDefault());
        }

        original.HResult = result;
        _ = Try(original, original =>
        {
            data.ForEach(entry => original.Data[entry.Key] = entry.Value);
            return original;
        });
        return string.IsNullOrEmpty(stackTrace) ? original : ExceptionDispatchInfo.SetRemoteStackTrace(original, stackTrace);
    }

    public static void Write(WriteSession session, Exception exception, int nesting = 0)
    {
        Type type = exception.GetType();
        bool isWhole = nesting < MaxNesting && session.Exceptions.Value++ < MaxCount;
        session.Writer.WriteArrayHeader(Parts);
        session.Enter();
        var remote = exception as RemoteException;
        StringFormatter.Write(session.Writer, remote?.OriginalTypeName ?? type.FullName ?? type.Name);
        if (remote is not null || AssemblyFacts.IsInMemory(type.Assembly))
        {
            session.Writer.WriteNil();
        }
        else
        {
            session.Types.Write(type.Assembly);
        }

        WriteText(session, MessageOf(exception));
        WriteText(session, Try(exception, ExceptionFields.RawMessage));
        session.Writer.Write((long)exception.HResult);
        WriteText(session, Try(exception, static exception => exception.StackTrace));
        WriteInner(session, InnerOf(isWhole ? exception : null), nesting);
        WriteData(session, isWhole ? exception : null);
        WriteFields(session, isWhole ? exception : null);
        session.Leave();
    }

    private static void WriteText(WriteSession session, string? text) =>
        StringFormatter.Write(session.Writer, text is { Length: > MaxText } ? string.Concat(text.AsSpan(0, MaxText), "...") : text);

    private static string? MessageOf(Exception exception) => Try(
        exception,
        static exception => exception.Message ?? string.Empty,
        static (exception, thrown) => MessageText.Format(Messages.ExceptionMessageThrew, TypeNames.Display(exception.GetType()), thrown.GetType()));

    /// <summary>Asks what may be overridden with code that fails; the exception is worth more than that.</summary>
    public static TResult? Try<T, TResult>(T subject, Func<T, TResult> ask, Func<T, Exception, TResult>? otherwise = null)
    {
        try
        {
            return ask(subject);
        }
        catch (Exception thrown)
        {
            return otherwise is null ? default : otherwise(subject, thrown);
        }
    }

    public static IReadOnlyList<Exception> InnerOf(Exception? exception) => exception switch
    {
        AggregateException aggregate => aggregate.InnerExceptions,
        { InnerException: { } inner } => [inner],
        _ => [],
    };

    private static void WriteInner(WriteSession session, IReadOnlyList<Exception> inner, int nesting)
    {
        session.Writer.WriteArrayHeader(inner.Count);
        foreach (Exception exception in inner)
        {
            Write(session, exception, nesting + 1);
        }
    }

    private static void WriteData(WriteSession session, Exception? exception)
    {
        DictionaryEntry[] entries = (exception is null ? null : Try(exception, static exception => exception.Data.Cast<DictionaryEntry>().ToArray())) ?? [];
        session.Writer.WriteArrayHeader(2 * entries.Length);
        foreach (DictionaryEntry entry in entries)
        {
            TryWrite(session, entry.Key, typeof(object));
            if (!TryWrite(session, entry.Value, typeof(object)))
            {
                // In place of the nil that stands for what could not be written.
                session.Buffer.Truncate(session.Buffer.Length - 1);
                string? text = Try(entry.Value!, static value => value.ToString() ?? string.Empty, static (value, _) => value.GetType().ToString());
                TryWrite(session, text, typeof(object));
            }
        }
    }

    private static void WriteFields(WriteSession session, Exception? exception)
    {
        Dictionary<string, FieldInfo> fields = exception is null ? [] : ExceptionFields.ByName(exception.GetType());
        session.Writer.WriteArrayHeader(2 * fields.Count);
        foreach ((string name, FieldInfo field) in fields)
        {
            StringFormatter.Write(session.Writer, name);
            TryWrite(session, field.GetValue(exception), field.FieldType);
        }
    }

    // Writes a value that can be left out, or nil.
    private static bool TryWrite(WriteSession session, object? value, Type declaredType)
    {
        int start = session.Buffer.Length;
        try
        {
            int content = session.Writer.BeginExtension(WireExtension.Detachable);
            session.Table.Declared(declaredType).WriteObject(session.Nested(), value);
            session.Writer.EndExtension(content);
            return true;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            session.Buffer.Truncate(start);
            session.Writer.WriteNil();
            return false;
        }
    }

    private static Exception[] ReadInner(ref WireReader reader, ReadSession session)
    {
        // An exception takes far more room than the one byte that the header vouches for.
        int count = reader.ReadArrayHeader();
        List<Exception> inner = [];
        for (int i = 0; i < count; i++)
        {
            inner.Add(Read(ref reader, session));
        }

        return [.. inner];
    }

    private static List<(object Key, object? Value)> ReadData(ref WireReader reader, ReadSession session)
    {
        int count = ReadPairCount(ref reader);
        List<(object Key, object? Value)> data = [];
        for (int i = 0; i < count; i++)
        {
            bool hasKey = TryRead(ref reader, session, typeof(object), out object? key);
            bool hasValue = TryRead(ref reader, session, typeof(object), out object? value);
            if (hasKey && hasValue && key is not null)
            {
                data.Add((key, value));
            }
        }

        return data;
    }

    private static void ReadFields(ref WireReader reader, ReadSession session, Exception? exception)
    {
        Dictionary<string, FieldInfo> fields = exception is null ? [] : ExceptionFields.ByName(exception.GetType());
        int count = ReadPairCount(ref reader);
        for (int i = 0; i < count; i++)
        {
            string name = StringFormatter.Read(ref reader) ?? string.Empty;
            if (!fields.TryGetValue(name, out FieldInfo? field))
            {
                reader.Skip();
            }
            else if (TryRead(ref reader, session, field.FieldType, out object? value))
            {
                field.SetValue(exception, value);
            }
        }
    }

    private static int ReadPairCount(ref WireReader reader)
    {
        int start = reader.Position;
        int count = reader.ReadArrayHeader();
        return count % 2 == 0
            ? count / 2
            : throw new WireFormatException(MessageText.Format(Messages.ExtensionUnknown, start, WireExtension.Detachable, count));
    }

    // Reads a value that could be left out; one that cannot be rebuilt here is left out too.
    private static bool TryRead(ref WireReader reader, ReadSession session, Type declaredType, out object? value)
    {
        value = null;
        if (reader.TryReadNil())
        {
            return false;
        }

        int start = reader.Position;
        WireReader content = reader.ReadNested(out sbyte extension);
        if (extension != WireExtension.Detachable)
        {
            throw new WireFormatException(MessageText.Format(Messages.ExtensionUnknown, start, extension, reader.Position - start));
        }

        try
        {
            value = session.Table.Declared(declaredType).ReadObject(ref content, session.Nested(declaredType));
            return true;
        }
        catch (Exception exception) when (exception is not WireFormatException)
        {
            return false;
        }
    }

    private static Type? TryFindType(AssemblyReference assembly, string typeName, ReadSession session)
    {
        try
        {
            Type type = KnownExceptions.Find(assembly, typeName) ?? session.Policy.Resolve(assembly, typeName, typeof(Exception), isValue: false);
            return typeof(Exception).IsAssignableFrom(type) && !type.IsAbstract && !type.ContainsGenericParameters && type != typeof(RemoteException)
                ? type
                : null;
        }
        catch (TaskSerializationException)
        {
            return null;
        }
    }

    /// <summary>Makes an exception of a type whose fields are still to be set, or null where that fails.</summary>
    public static Exception? Create(Type type, string? message, Exception[] inner) => Try(type, type =>
    {
        // It fails where the static constructor does; the exception arrives without its type then.
        Exception exception = (Exception)RuntimeHelpers.GetUninitializedObject(type);
        _ = exception is AggregateException
            ? AggregateConstructor.Invoke(exception, [message, inner])
            : ExceptionConstructor.Invoke(exception, [message, inner.FirstOrDefault()]);
        return exception;
    });

    /// <summary>Tells whether an exception that was rebuilt has come to have the message of the original.</summary>
    /// <remarks>An aggregate makes its message of those of its exceptions, of which some may have been left out.</remarks>
    public static bool HasMessage(Exception exception, string message) =>
        Try(exception, exception => exception.Message == message || exception is AggregateException);
}
