using System.Globalization;

namespace Loky;

/// <summary>Fills the placeholders of a text from the resource file, in the culture of the user interface.</summary>
internal static class MessageText
{
    public static string Format(string text, params object?[] arguments) =>
        string.Format(CultureInfo.CurrentCulture, text, arguments);
}
