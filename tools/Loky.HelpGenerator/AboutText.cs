using System.Text;

namespace Loky.HelpGenerator;

/// <summary>Writes an <c>about_</c> document as the plain text that <c>Get-Help</c> shows.</summary>
public static class AboutText
{
    private const int Width = 80;
    private const string Indent = "    ";
    private const string Fence = "```";

    /// <summary>Turns headings into their titles, wraps paragraphs, and keeps code as it stands.</summary>
    public static string Write(IEnumerable<string> lines)
    {
        StringBuilder text = new();
        List<string> paragraph = [];
        bool inCode = false;

        foreach (string line in lines)
        {
            bool isFence = line.StartsWith(Fence, StringComparison.Ordinal);
            if (inCode || isFence)
            {
                Flush();
                inCode ^= isFence;
                _ = text.Append(isFence ? "" : (Indent + Indent + line).TrimEnd()).Append('\n');
            }
            else if (line.StartsWith('#'))
            {
                Flush();
                string title = line.TrimStart('#').Trim();
                // The name of the topic is what Get-Help looks for, so only section titles are raised.
                _ = text.Append(line.StartsWith("# ", StringComparison.Ordinal) ? $"TOPIC\n{Indent}{title}" : title.ToUpperInvariant()).Append('\n');
            }
            else if (line.Length == 0 || line.StartsWith("- ", StringComparison.Ordinal))
            {
                Flush();
                if (line.Length == 0)
                {
                    _ = text.Append('\n');
                }
                else
                {
                    paragraph.Add(line);
                }
            }
            else
            {
                paragraph.Add(line.Trim());
            }
        }

        Flush();
        return text.ToString();

        void Flush()
        {
            if (paragraph.Count > 0)
            {
                Wrap(text, MarkdownText.ToPlain(string.Join(' ', paragraph)));
                paragraph.Clear();
            }
        }
    }

    private static void Wrap(StringBuilder text, string paragraph)
    {
        string hanging = paragraph.StartsWith("- ", StringComparison.Ordinal) ? "  " : "";
        StringBuilder line = new(Indent);
        bool isEmpty = true;
        foreach (string word in paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isEmpty && line.Length + 1 + word.Length > Width)
            {
                _ = text.Append(line).Append('\n');
                _ = line.Clear().Append(Indent).Append(hanging);
                isEmpty = true;
            }

            _ = line.Append(isEmpty ? "" : " ").Append(word);
            isEmpty = false;
        }

        _ = text.Append(line).Append('\n');
    }
}
