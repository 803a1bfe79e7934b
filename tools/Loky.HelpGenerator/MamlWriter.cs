using System.Xml.Linq;

namespace Loky.HelpGenerator;

/// <summary>Writes the XML that <c>Get-Help</c> reads for the cmdlets of an assembly.</summary>
public static class MamlWriter
{
    private static readonly XNamespace Root = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>Writes the help of all cmdlets into one file.</summary>
    public static void Write(string path, IEnumerable<CommandHelp> commands)
    {
        XElement root = new(Root + "helpItems", new XAttribute("schema", "maml"), commands.Select(Item));
        new XDocument(new XDeclaration("1.0", "utf-8", null), root).Save(path);
    }

    private static XElement Item(CommandHelp help)
    {
        string[] parts = help.Name.Split('-', 2);
        return new XElement(
            Command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", Maml),
            new XAttribute(XNamespace.Xmlns + "command", Command),
            new XAttribute(XNamespace.Xmlns + "dev", Dev),
            new XElement(
                Command + "details",
                new XElement(Command + "name", help.Name),
                new XElement(Command + "verb", parts[0]),
                new XElement(Command + "noun", parts[1]),
                Description([help.Synopsis])),
            Description(help.Description),
            new XElement(Command + "syntax", help.Syntax.Select(set => Syntax(help, set))),
            new XElement(
                Command + "parameters",
                help.Parameters.Values.OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
                    .Select(parameter => Parameter(parameter, parameter.Facts["Required"] == "true"))),
            new XElement(Command + "inputTypes", help.Inputs.Select(type => new XElement(Command + "inputType", Type(type.Name), Description(type.Description)))),
            new XElement(Command + "returnValues", help.Outputs.Select(type => new XElement(Command + "returnValue", Type(type.Name), Description(type.Description)))),
            new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paragraphs(help.Notes))),
            new XElement(Command + "examples", help.Examples.Select(Example)),
            new XElement(
                Command + "relatedLinks",
                help.RelatedLinks.Select(link => new XElement(Maml + "navigationLink", new XElement(Maml + "linkText", link), new XElement(Maml + "uri")))));
    }

    private static XElement Syntax(CommandHelp help, SyntaxHelp set) =>
        new(
            Command + "syntaxItem",
            new XElement(Maml + "name", help.Name),
            set.Parameters.Select(parameter => Parameter(help.Parameters[parameter.Name], parameter.IsRequired)));

    private static XElement Parameter(ParameterHelp parameter, bool isRequired) =>
        new(
            Command + "parameter",
            new XAttribute("required", isRequired ? "true" : "false"),
            new XAttribute("variableLength", "true"),
            new XAttribute("globbing", parameter.AcceptsWildcards ? "true" : "false"),
            new XAttribute("pipelineInput", parameter.Facts["Accept pipeline input"]),
            new XAttribute("position", parameter.Facts["Position"]),
            new XAttribute("aliases", parameter.Facts["Aliases"]),
            new XElement(Maml + "name", parameter.Name),
            Description(parameter.Description),
            parameter.IsSwitch
                ? null
                : new XElement(
                    Command + "parameterValue",
                    new XAttribute("required", "true"),
                    new XAttribute("variableLength", "false"),
                    parameter.Facts["Type"]),
            Type(parameter.Facts["Type"]),
            new XElement(Dev + "defaultValue", parameter.Facts["Default value"]));

    private static XElement Example(ExampleHelp example) =>
        new(
            Command + "example",
            new XElement(Maml + "title", example.Title),
            new XElement(Dev + "code", example.Code),
            // The empty paragraph keeps the next example apart.
            new XElement(Dev + "remarks", Paragraphs([.. example.Remarks, ""])));

    private static XElement Type(string name) =>
        new(Dev + "type", new XElement(Maml + "name", name), new XElement(Maml + "uri"));

    private static XElement Description(IEnumerable<string> paragraphs) => new(Maml + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) =>
        paragraphs.Select(paragraph => new XElement(Maml + "para", paragraph));
}
