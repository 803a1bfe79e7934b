namespace Loky.HelpGenerator;

/// <summary>A heading of a Markdown document with the lines below it, up to the next heading of its level or above.</summary>
/// <param name="Title">The text of the heading.</param>
/// <param name="Lines">The lines below it.</param>
public sealed record Section(string Title, IReadOnlyList<string> Lines)
{
    private const string Fence = "```";

    /// <summary>Divides lines at the headings of one level; what stands before the first is left out.</summary>
    public static IReadOnlyList<Section> Split(IEnumerable<string> lines, int level)
    {
        string mark = new string('#', level) + " ";
        List<Section> sections = [];
        List<string>? current = null;
        bool inCode = false;
        foreach (string line in lines)
        {
            if (line.StartsWith(Fence, StringComparison.Ordinal))
            {
                inCode = !inCode;
            }

            // A comment in code begins as a heading does.
            if (!inCode && line.StartsWith(mark, StringComparison.Ordinal))
            {
                current = [];
                sections.Add(new Section(line[mark.Length..].Trim(), current));
            }
            else
            {
                current?.Add(line);
            }
        }

        return sections;
    }

    /// <summary>The paragraphs outside code, each on one line and free of Markdown.</summary>
    public IReadOnlyList<string> Paragraphs()
    {
        List<string> paragraphs = [];
        List<string> current = [];
        bool inCode = false;
        foreach (string line in Lines.Append(""))
        {
            bool isFence = line.StartsWith(Fence, StringComparison.Ordinal);
            bool endsParagraph = isFence || line.Length == 0 || line.StartsWith('#') || line.StartsWith("- ", StringComparison.Ordinal);
            if (!inCode && endsParagraph && current.Count > 0)
            {
                paragraphs.Add(MarkdownText.ToPlain(string.Join(' ', current)));
                current.Clear();
            }

            if (isFence)
            {
                inCode = !inCode;
            }
            else if (!inCode && line.Length > 0 && !line.StartsWith('#'))
            {
                current.Add(line.Trim());
            }
        }

        return paragraphs;
    }

    /// <summary>The lines of the first fenced block, or none.</summary>
    public IReadOnlyList<string> Code() =>
        Lines.SkipWhile(line => !line.StartsWith(Fence, StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => !line.StartsWith(Fence, StringComparison.Ordinal))
            .ToList();
}
