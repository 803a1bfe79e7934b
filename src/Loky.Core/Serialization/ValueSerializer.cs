namespace Loky.Serialization;

/// <summary>Writes and reads .NET values; the declared type is the schema, so that most values need no type name.</summary>
/// <remarks>Thread-safe. A repeated or circular reference within one value stays one.</remarks>
/// <param name="policy">Which types values that are read may have.</param>
/// <param name="converters">The user's converters; the other end needs the same, in the same order.</param>
internal sealed class ValueSerializer(TypePolicy policy, IReadOnlyList<IValueConverter>? converters = null)
{
    private readonly FormatterTable _table = converters is null or { Count: 0 } ? FormatterTable.Shared : new FormatterTable(converters);

    /// <summary>Writes a value; if this throws, the caller must <see cref="PooledBuffer.Truncate"/> what was written.</summary>
    /// <exception cref="TaskSerializationException">It cannot be sent.</exception>
    public void Write(PooledBuffer buffer, object? value, Type declaredType)
    {
        try
        {
            _table.Declared(declaredType).WriteObject(new WriteSession(_table, buffer), value);
        }
        catch (UnsendableValueException exception)
        {
            throw exception.ToTaskError();
        }
        catch (WireFormatException exception)
        {
            throw new TaskSerializationException(exception.Message, exception);
        }
        catch (Exception exception) when (exception is not TaskSerializationException)
        {
            // Code of the user's ran: an enumerator, a converter. Or the memory ran out.
            throw Failed(Messages.ValueWriteFailed, value?.GetType() ?? declaredType, exception);
        }
    }

    /// <summary>Reads a value that <see cref="Write(PooledBuffer, object, Type)"/> wrote with the same declared type.</summary>
    /// <exception cref="TaskSerializationException">The value cannot be rebuilt here.</exception>
    /// <exception cref="WireFormatException">The bytes are not such a value.</exception>
    public object? Read(ref WireReader reader, Type declaredType) => Read(ref reader, declaredType, policy);

    /// <summary>Reads a value under another policy than this serializer's own: that of the task it is the result of.</summary>
    public object? Read(ref WireReader reader, Type declaredType, TypePolicy resultPolicy)
    {
        try
        {
            return _table.Declared(declaredType).ReadObject(ref reader, new ReadSession(_table, resultPolicy, declaredType));
        }
        catch (Exception exception) when (exception is not (WireFormatException or TaskSerializationException))
        {
            throw Failed(Messages.ValueReadFailed, declaredType, exception);
        }
    }

    /// <summary>Writes a delegate: a static method, a lambda with what it captures, or a method of a sendable object.</summary>
    /// <exception cref="TaskSerializationException">It, or something that it captures, cannot be sent.</exception>
    public void WriteDelegate(PooledBuffer buffer, Delegate task) => Write(buffer, task, typeof(Delegate));

    /// <summary>Reads a delegate, and loads its assembly if need be.</summary>
    /// <exception cref="TaskSerializationException">It cannot be rebuilt here, or the policy forbids it.</exception>
    /// <exception cref="WireFormatException">The bytes are not a delegate.</exception>
    public Delegate ReadDelegate(ref WireReader reader) => ReadRequired<Delegate>(ref reader, policy);

    /// <summary>Writes an exception: what of it cannot be sent is left out, but the message always arrives.</summary>
    public void WriteException(PooledBuffer buffer, Exception exception) => Write(buffer, exception, typeof(Exception));

    /// <summary>Reads an exception; a type that the policy does not allow becomes a <see cref="RemoteException"/>.</summary>
    /// <exception cref="WireFormatException">The bytes are not an exception.</exception>
    public Exception ReadException(ref WireReader reader, TypePolicy resultPolicy) => ReadRequired<Exception>(ref reader, resultPolicy);

    private T ReadRequired<T>(ref WireReader reader, TypePolicy resultPolicy)
        where T : class
    {
        int start = reader.Position;
        return (T?)Read(ref reader, typeof(T), resultPolicy)
            ?? throw new WireFormatException(MessageText.Format(Messages.ReferenceUnknown, start, typeof(T)));
    }

    private static TaskSerializationException Failed(string text, Type type, Exception exception) =>
        new(MessageText.Format(text, TypeNames.Display(type), exception.GetType().Name, exception.Message), exception);
}
