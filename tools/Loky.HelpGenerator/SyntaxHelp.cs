namespace Loky.HelpGenerator;

/// <summary>One parameter set.</summary>
/// <param name="Name">The name of the set.</param>
/// <param name="Parameters">Its parameters in the order shown.</param>
public sealed record SyntaxHelp(string Name, IReadOnlyList<SyntaxParameter> Parameters);
