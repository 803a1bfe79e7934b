namespace Loky.HelpGenerator;

/// <summary>The help of one cmdlet, as its document tells it.</summary>
public sealed record CommandHelp
{
    /// <summary>The cmdlet.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence.</summary>
    public required string Synopsis { get; init; }

    /// <summary>The paragraphs of the description.</summary>
    public required IReadOnlyList<string> Description { get; init; }

    /// <summary>The parameter sets, the default one first.</summary>
    public required IReadOnlyList<SyntaxHelp> Syntax { get; init; }

    /// <summary>The examples.</summary>
    public required IReadOnlyList<ExampleHelp> Examples { get; init; }

    /// <summary>The parameters by name.</summary>
    public required IReadOnlyDictionary<string, ParameterHelp> Parameters { get; init; }

    /// <summary>The types that may be piped in.</summary>
    public required IReadOnlyList<TypeHelp> Inputs { get; init; }

    /// <summary>The types that come out.</summary>
    public required IReadOnlyList<TypeHelp> Outputs { get; init; }

    /// <summary>The paragraphs of the notes.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The names of related help.</summary>
    public required IReadOnlyList<string> RelatedLinks { get; init; }
}
