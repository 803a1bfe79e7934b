namespace Loky.HelpGenerator;

/// <summary>A document lacks something the help needs, or has it in a form that cannot be read.</summary>
public sealed class HelpFormatException(string document, string message) : Exception(message)
{
    /// <summary>The file name of the document.</summary>
    public string Document { get; } = document;
}
