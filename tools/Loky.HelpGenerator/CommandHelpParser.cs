using System.Text.RegularExpressions;

namespace Loky.HelpGenerator;

/// <summary>Reads the document of a cmdlet, and insists on everything the help needs.</summary>
public static partial class CommandHelpParser
{
    /// <summary>Reads one document.</summary>
    /// <exception cref="HelpFormatException">Something is missing or unreadable.</exception>
    public static CommandHelp Parse(string document, IReadOnlyList<string> lines)
    {
        string name = Path.GetFileNameWithoutExtension(document);
        if (Section.Split(lines, 1) is not [{ Title: var title }, ..] || title != name)
        {
            throw new HelpFormatException(document, $"the first line must be the heading '# {name}'");
        }

        Dictionary<string, Section> sections = Section.Split(lines, 2).ToDictionary(section => section.Title);
        Section Get(string title) => sections.TryGetValue(title, out Section? section)
            ? section
            : throw new HelpFormatException(document, $"the section '## {title}' is missing");

        Dictionary<string, ParameterHelp> parameters = Section.Split(Get("PARAMETERS").Lines, 3)
            .Select(section => Parameter(document, section))
            .ToDictionary(parameter => parameter.Name);
        CommandHelp help = new()
        {
            Name = name,
            Synopsis = string.Join(' ', Get("SYNOPSIS").Paragraphs()),
            Description = Get("DESCRIPTION").Paragraphs(),
            Syntax = Section.Split(Get("SYNTAX").Lines, 3).Select(section => Syntax(document, section)).ToList(),
            Examples = Section.Split(Get("EXAMPLES").Lines, 3).Select(section => Example(document, section)).ToList(),
            Parameters = parameters,
            Inputs = Types(Get("INPUTS")),
            Outputs = Types(Get("OUTPUTS")),
            Notes = Get("NOTES").Paragraphs(),
            RelatedLinks = Get("RELATED LINKS").Paragraphs().Select(line => line.TrimStart('-', ' ')).ToList(),
        };
        Check(document, help);
        return help;
    }

    private static void Check(string document, CommandHelp help)
    {
        if (help.Synopsis.Length == 0 || help.Description.Count == 0 || help.Syntax.Count == 0 || help.Examples.Count == 0)
        {
            throw new HelpFormatException(document, "synopsis, description, syntax and examples must not be empty");
        }

        HashSet<string> shown = help.Syntax.SelectMany(set => set.Parameters).Select(parameter => parameter.Name).ToHashSet();
        string? undescribed = shown.FirstOrDefault(name => !help.Parameters.ContainsKey(name));
        if (undescribed is not null)
        {
            throw new HelpFormatException(document, $"-{undescribed} is in the syntax, but not described");
        }

        string? unshown = help.Parameters.Keys.FirstOrDefault(name => !shown.Contains(name));
        if (unshown is not null)
        {
            throw new HelpFormatException(document, $"-{unshown} is described, but in no syntax");
        }
    }

    private static SyntaxHelp Syntax(string document, Section section)
    {
        string line = string.Join(' ', section.Code());
        List<SyntaxParameter> parameters = SyntaxToken().Matches(line)
            .Select(match => new SyntaxParameter(match.Groups["name"].Value, match.Groups["required"].Success))
            .ToList();
        return parameters.Count > 0
            ? new SyntaxHelp(section.Title, parameters)
            : throw new HelpFormatException(document, $"the syntax '{section.Title}' has no parameters");
    }

    private static ExampleHelp Example(string document, Section section)
    {
        string code = string.Join('\n', section.Code());
        IReadOnlyList<string> remarks = section.Paragraphs();
        return code.Length > 0 && remarks.Count > 0
            ? new ExampleHelp(section.Title, code, remarks)
            : throw new HelpFormatException(document, $"'{section.Title}' needs code and a remark");
    }

    private static ParameterHelp Parameter(string document, Section section)
    {
        IReadOnlyList<string> description = section.Paragraphs();
        Dictionary<string, string> facts = section.Code()
            .Select(line => line.Split(": ", 2))
            .Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim());
        string? missing = ParameterHelp.FactNames.FirstOrDefault(fact => !facts.ContainsKey(fact));
        if (missing is not null || description.Count == 0 || !section.Title.StartsWith('-'))
        {
            throw new HelpFormatException(document, $"the parameter '{section.Title}' lacks its dash, its description or its fact '{missing}'");
        }

        return new ParameterHelp(section.Title[1..], description, facts);
    }

    private static List<TypeHelp> Types(Section section) =>
        Section.Split(section.Lines, 3).Select(type => new TypeHelp(type.Title, type.Paragraphs())).ToList();

    // In this order: [[-Name] <Type>], [-Name] <Type>, [-Name <Type>], [-Switch], -Name <Type>.
    [GeneratedRegex(
        @"\[\[-(?<name>\w+)\]\s+<[^>]+>\]|(?<required>\[)-(?<name>\w+)\]\s+<[^>]+>|\[-(?<name>\w+)\s+<[^>]+>\]|\[-(?<name>\w+)\]|(?<required>(?<=\s)-)(?<name>\w+)(?:\s+<[^>]+>)?")]
    private static partial Regex SyntaxToken();
}
