namespace Loky.Serialization;

/// <summary>Writes and reads .NET values; the declared type is the schema, so that most values need no type name.</summary>
/// <remarks>Thread-safe. A repeated or circular reference within one value stays one.</remarks>
internal sealed class ValueSerializer
{
    private readonly FormatterTable _table;

    /// <summary>Creates a serializer; the other end needs the same converters, in the same order.</summary>
    public ValueSerializer(TypePolicy policy, IReadOnlyList<IValueConverter>? converters = null)
    {
        Policy = policy;
        _table = converters is null or { Count: 0 } ? FormatterTable.Shared : new FormatterTable(converters);
    }

    public TypePolicy Policy { get; }

    /// <summary>Writes a value; if this throws, the caller must <see cref="PooledBuffer.Truncate"/> what was written.</summary>
    /// <exception cref="TaskSerializationException">It cannot be sent.</exception>
    public void Write(PooledBuffer buffer, object? value, Type declaredType) =>
        Write(buffer, declaredType, value, static (session, type, value) => session.Table.Declared(type).WriteObject(session, value));

    /// <summary>Reads a value that <see cref="Write(PooledBuffer, object, Type)"/> wrote with the same declared type.</summary>
    /// <exception cref="TaskSerializationException">The value cannot be rebuilt here.</exception>
    /// <exception cref="WireFormatException">The bytes are not such a value.</exception>
    public object? Read(ref WireReader reader, Type declaredType) => Read(ref reader, declaredType, Policy);

    /// <summary>Reads a value under another policy than this serializer's own: that of the task it is the result of.</summary>
    public object? Read(ref WireReader reader, Type declaredType, TypePolicy policy)
    {
        try
        {
            return _table.Declared(declaredType).ReadObject(ref reader, new ReadSession(_table, policy, declaredType));
        }
        catch (Exception exception) when (exception is not (WireFormatException or TaskSerializationException))
        {
            throw Unreadable(exception, declaredType);
        }
    }

    /// <summary>Writes a delegate: a static method, a lambda with what it captures, or a method of a sendable object.</summary>
    /// <exception cref="TaskSerializationException">It, or something that it captures, cannot be sent.</exception>
    public void WriteDelegate(PooledBuffer buffer, Delegate task) => Write(buffer, task, typeof(Delegate));

    /// <summary>Reads a delegate, and loads its assembly if need be.</summary>
    /// <exception cref="TaskSerializationException">It cannot be rebuilt here, or the policy forbids it.</exception>
    /// <exception cref="WireFormatException">The bytes are not a delegate.</exception>
    public Delegate ReadDelegate(ref WireReader reader) => ReadRequired<Delegate>(ref reader, Policy);

    /// <summary>Writes an exception: what of it cannot be sent is left out, but the message always arrives.</summary>
    public void WriteException(PooledBuffer buffer, Exception exception) => Write(buffer, exception, typeof(Exception));

    /// <summary>Reads an exception; a type that the policy does not allow becomes a <see cref="RemoteException"/>.</summary>
    /// <exception cref="WireFormatException">The bytes are not an exception.</exception>
    public Exception ReadException(ref WireReader reader, TypePolicy policy) => ReadRequired<Exception>(ref reader, policy);

    /// <summary>Runs <paramref name="write"/> in a new session, its failures made the user's.</summary>
    internal void Write<TValue>(PooledBuffer buffer, Type declaredType, TValue value, Action<WriteSession, Type, TValue> write)
    {
        try
        {
            write(new WriteSession(_table, buffer), declaredType, value);
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
            throw new TaskSerializationException(
                MessageText.Format(Messages.ValueWriteFailed, TypeNames.Display(value?.GetType() ?? declaredType), exception.GetType().Name, exception.Message),
                exception);
        }
    }

    private T ReadRequired<T>(ref WireReader reader, TypePolicy policy)
        where T : class
    {
        int start = reader.Position;
        return (T?)Read(ref reader, typeof(T), policy)
            ?? throw new WireFormatException(MessageText.Format(Messages.ReferenceUnknown, start, typeof(T)));
    }

    /// <summary>The error of a value whose bytes are well formed but which cannot be rebuilt.</summary>
    internal static TaskSerializationException Unreadable(Exception exception, Type declaredType) =>
        new(MessageText.Format(Messages.ValueReadFailed, TypeNames.Display(declaredType), exception.GetType().Name, exception.Message), exception);
}
