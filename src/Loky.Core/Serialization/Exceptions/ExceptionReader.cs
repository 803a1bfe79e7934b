using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Loky.Wire;

namespace Loky.Serialization;

/// <summary>
/// Rebuilds exceptions. The constructors of their own classes do not run, only that of <see cref="Exception"/> or
/// <see cref="AggregateException"/>; the fields of the derived classes are set.
/// </summary>
internal static class ExceptionReader
{
    private static readonly ConstructorInfo ExceptionConstructor = typeof(Exception).GetConstructor([typeof(string), typeof(Exception)])!;
    private static readonly ConstructorInfo AggregateConstructor = typeof(AggregateException).GetConstructor([typeof(string), typeof(Exception[])])!;

    /// <summary>Reads an exception.</summary>
    public static Exception Read(ref WireReader reader, ReadSession session)
    {
        reader.ReadArrayHeader(ExceptionWriter.Parts);
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
        _ = TrySetData(original, data);
        return string.IsNullOrEmpty(stackTrace) ? original : ExceptionDispatchInfo.SetRemoteStackTrace(original, stackTrace);
    }

    private static bool TrySetData(Exception exception, List<(object Key, object? Value)> data)
    {
        try
        {
            foreach ((object key, object? value) in data)
            {
                exception.Data[key] = value;
            }

            return true;
        }
        catch (Exception)
        {
            // Overridden, and failing. The exception is worth more than its data.
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
        Dictionary<string, FieldInfo> fields = exception is null ? [] : ExceptionFields.Of(exception.GetType()).ToDictionary(ExceptionFields.NameOf);
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

    // Reads a value that could be left out. One that cannot be rebuilt here is left out too.
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
        Type? type = KnownExceptions.Find(assembly, typeName);
        if (type is null)
        {
            try
            {
                type = session.Policy.Resolve(assembly, typeName, typeof(Exception), isValue: false);
            }
            catch (TaskSerializationException)
            {
                return null;
            }
        }

        return typeof(Exception).IsAssignableFrom(type) && !type.IsAbstract && !type.ContainsGenericParameters && type != typeof(RemoteException) ? type : null;
    }

    private static Exception? Create(Type type, string? message, Exception[] inner)
    {
        try
        {
            Exception exception = (Exception)RuntimeHelpers.GetUninitializedObject(type);
            _ = exception is AggregateException
                ? AggregateConstructor.Invoke(exception, [message, inner])
                : ExceptionConstructor.Invoke(exception, [message, inner.FirstOrDefault()]);
            return exception;
        }
        catch (Exception)
        {
            // Its static constructor fails here. The exception arrives without its type then.
            return null;
        }
    }

    private static bool HasMessage(Exception exception, string message)
    {
        try
        {
            // An aggregate makes its message of those of its exceptions, of which some may have been left out.
            return exception.Message == message || exception is AggregateException;
        }
        catch (Exception)
        {
            // Overridden, and failing, as it did where it came from or because a field could not come along.
            return false;
        }
    }
}
