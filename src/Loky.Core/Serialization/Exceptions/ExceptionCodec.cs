using Loky.Wire;

namespace Loky.Serialization;

/// <summary>
/// Sends exceptions between processes with message, inner exceptions, data and stack trace. Whatever of an exception cannot
/// be sent is left out; the message always arrives.
/// </summary>
/// <param name="serializer">Writes and reads the fields of exceptions.</param>
internal sealed class ExceptionCodec(ValueSerializer serializer)
{
    /// <summary>Writes an exception.</summary>
    public void Write(PooledBuffer buffer, Exception exception) => serializer.Write(buffer, exception, typeof(Exception));

    /// <summary>Reads an exception. One of a type that the policy does not allow becomes a <see cref="RemoteException"/>.</summary>
    /// <exception cref="WireFormatException">The bytes are not an exception.</exception>
    public Exception Read(ref WireReader reader, TypePolicy policy)
    {
        int start = reader.Position;
        return (Exception?)serializer.Read(ref reader, typeof(Exception), policy)
            ?? throw new WireFormatException(MessageText.Format(Messages.ReferenceUnknown, start, typeof(Exception)));
    }
}
