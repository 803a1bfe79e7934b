namespace Loky.HelpGenerator;

/// <summary>A type that goes in or comes out.</summary>
/// <param name="Name">The type.</param>
/// <param name="Description">What of it is meant.</param>
public sealed record TypeHelp(string Name, IReadOnlyList<string> Description);
