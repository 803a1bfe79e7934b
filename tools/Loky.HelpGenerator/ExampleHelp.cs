namespace Loky.HelpGenerator;

/// <summary>One example.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Code">The code.</param>
/// <param name="Remarks">The paragraphs about it.</param>
public sealed record ExampleHelp(string Title, string Code, IReadOnlyList<string> Remarks);
