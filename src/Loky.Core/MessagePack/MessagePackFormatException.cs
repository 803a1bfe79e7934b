namespace Loky.MessagePack;

/// <summary>Bytes that are not the MessagePack value they should be: cut short, of another kind, too deep or too large.</summary>
internal sealed class MessagePackFormatException : FormatException
{
    /// <summary>Creates the exception with the message to show.</summary>
    public MessagePackFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the message to show and its cause.</summary>
    public MessagePackFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
