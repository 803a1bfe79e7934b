using System.Collections;
using System.Reflection;
using Loky.Wire;

namespace Loky.Serialization;

/// <summary>Writes exceptions so that a property that throws, or a field that cannot be sent, costs that alone.</summary>
internal static class ExceptionWriter
{
    /// <summary>The number of values that an exception is written as.</summary>
    public const int Parts = 9;

    // Beyond these, exceptions keep their message and trace, but not what they contain.
    private const int MaxNesting = 32;
    private const int MaxCount = 1000;

    // The messages of aggregates contain those of all that they contain, so they can double at each level.
    private const int MaxText = 1 << 20;

    /// <summary>Writes an exception.</summary>
    public static void Write(WriteSession session, Exception exception) => Write(session, exception, 0);

    private static void Write(WriteSession session, Exception exception, int nesting)
    {
        Type type = exception.GetType();
        bool isWhole = nesting < MaxNesting && session.Exceptions.Written++ < MaxCount;
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
        WriteInner(session, isWhole ? InnerOf(exception) : [], nesting);
        WriteData(session, isWhole ? exception : null);
        WriteFields(session, isWhole ? exception : null);
        session.Leave();
    }

    private static void WriteText(WriteSession session, string? text) =>
        StringFormatter.Write(session.Writer, text is { Length: > MaxText } ? string.Concat(text.AsSpan(0, MaxText), "...") : text);

    private static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message ?? string.Empty;
        }
        catch (Exception thrown)
        {
            return MessageText.Format(Messages.ExceptionMessageThrew, TypeNames.Display(exception.GetType()), thrown.GetType());
        }
    }

    private static string? Try(Exception exception, Func<Exception, string?> property)
    {
        try
        {
            return property(exception);
        }
        catch (Exception)
        {
            // The property is overridden with code that fails. The exception is worth more than its property.
            return null;
        }
    }

    private static IReadOnlyList<Exception> InnerOf(Exception exception) => exception switch
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
        List<DictionaryEntry> entries = exception is null ? [] : EntriesOf(exception);
        session.Writer.WriteArrayHeader(2 * entries.Count);
        foreach (DictionaryEntry entry in entries)
        {
            TryWrite(session, entry.Key, typeof(object));
            if (!TryWrite(session, entry.Value, typeof(object)))
            {
                // In place of the nil that stands for what could not be written.
                session.Buffer.Truncate(session.Buffer.Length - 1);
                TryWrite(session, TextOf(entry.Value!), typeof(object));
            }
        }
    }

    private static List<DictionaryEntry> EntriesOf(Exception exception)
    {
        try
        {
            return [.. exception.Data.Cast<DictionaryEntry>()];
        }
        catch (Exception)
        {
            // Overridden, and failing.
            return [];
        }
    }

    private static string TextOf(object value)
    {
        try
        {
            return value.ToString() ?? string.Empty;
        }
        catch (Exception)
        {
            // Overridden, and failing.
            return value.GetType().ToString();
        }
    }

    private static void WriteFields(WriteSession session, Exception? exception)
    {
        FieldInfo[] fields = exception is null ? [] : [.. ExceptionFields.Of(exception.GetType())];
        session.Writer.WriteArrayHeader(2 * fields.Length);
        foreach (FieldInfo field in fields)
        {
            StringFormatter.Write(session.Writer, ExceptionFields.NameOf(field));
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
}
