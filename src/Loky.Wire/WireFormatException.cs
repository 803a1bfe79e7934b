using System.Globalization;

namespace Loky.Wire;

/// <summary>Bytes that are not the MessagePack value they should be: cut short, of another kind, too deep or too large.</summary>
internal sealed class WireFormatException(string message, Exception? innerException = null) : FormatException(message, innerException)
{
    internal static string Text(string text, params object?[] arguments) =>
        string.Format(CultureInfo.CurrentCulture, text, arguments);
}
