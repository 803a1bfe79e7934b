namespace Loky.HelpGenerator;

/// <summary>A parameter as it stands in a syntax line.</summary>
/// <param name="Name">The name, without the dash.</param>
/// <param name="IsRequired">Whether it must be given in this set.</param>
public sealed record SyntaxParameter(string Name, bool IsRequired);
