using System.Globalization;

namespace Loky.Wire;

/// <summary>Bytes that are not the MessagePack value they should be: cut short, of another kind, too deep or too large.</summary>
internal sealed class WireFormatException : FormatException
{
    /// <summary>Creates the exception with the message to show and its cause, if there is one.</summary>
    public WireFormatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Returns a text of the resource file with its placeholders filled.</summary>
    internal static string Text(string text, params object?[] arguments) =>
        string.Format(CultureInfo.CurrentCulture, text, arguments);
}
