namespace Loky.HelpGenerator;

/// <summary>One parameter.</summary>
/// <param name="Name">The name, without the dash.</param>
/// <param name="Description">The paragraphs that describe it.</param>
/// <param name="Facts">Type, Aliases, Required, Position, Default value, Accept pipeline input and, where it is so, Accept wildcard characters.</param>
public sealed record ParameterHelp(string Name, IReadOnlyList<string> Description, IReadOnlyDictionary<string, string> Facts)
{
    /// <summary>The facts every parameter must tell.</summary>
    public static IReadOnlyList<string> FactNames { get; } =
        ["Type", "Aliases", "Required", "Position", "Default value", "Accept pipeline input"];

    /// <summary>Whether its values may have wildcards.</summary>
    public bool AcceptsWildcards => Facts.GetValueOrDefault("Accept wildcard characters") == "true";

    /// <summary>Whether it is a switch, which takes no value.</summary>
    public bool IsSwitch => Facts["Type"] == "SwitchParameter";
}
