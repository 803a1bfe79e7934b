using System.Text;

namespace Loky.HelpGenerator;

/// <summary>Writes an <c>about_</c> document as the plain text that <c>Get-Help</c> shows.</summary>
public static class AboutText
{
    private const int Width = 80;
    private const string Indent = "    ";
    private const string Fence = "```";

    /// <summary>Turns headings into their titles, wraps paragraphs and the last column of tables, and keeps code as it stands.</summary>
    public static string Write(IEnumerable<string> lines)
    {
        StringBuilder text = new();
        List<string> paragraph = [];
        List<string[]> table = [];
        bool inCode = false;

        foreach (string line in lines)
        {
            bool isFence = line.StartsWith(Fence, StringComparison.Ordinal);
            if (inCode || isFence)
            {
                Flush();
                inCode ^= isFence;
                if (!isFence)
                {
                    _ = text.Append((Indent + Indent + line).TrimEnd()).Append('\n');
                }
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
            else if (line.StartsWith('|'))
            {
                table.Add([.. line.Trim('|', ' ').Split('|').Select(static cell => MarkdownText.ToPlain(cell.Trim()))]);
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
                string plain = MarkdownText.ToPlain(string.Join(' ', paragraph));
                Wrap(text, Indent, plain.StartsWith("- ", StringComparison.Ordinal) ? Indent + "  " : Indent, plain);
                paragraph.Clear();
            }

            WriteTable(text, table);
            table.Clear();
        }
    }

    // The second row is the line below the titles.
    private static void WriteTable(StringBuilder text, List<string[]> rows)
    {
        if (rows.Count < 2)
        {
            return;
        }

        int last = rows[0].Length - 1;
        int[] widths = [.. Enumerable.Range(0, last).Select(column => rows.Where((_, row) => row != 1).Max(row => row[column].Length))];
        rows[1] = [.. rows[0].Select((title, column) => new string('-', column == last ? title.Length : widths[column]))];
        foreach (string[] row in rows)
        {
            string start = Indent + string.Concat(row.Take(last).Select((cell, column) => cell.PadRight(widths[column] + 2)));
            Wrap(text, start, new string(' ', start.Length), row[last]);
        }
    }

    private static void Wrap(StringBuilder text, string start, string next, string paragraph)
    {
        StringBuilder line = new(start);
        bool isEmpty = true;
        foreach (string word in paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isEmpty && line.Length + 1 + word.Length > Width)
            {
                _ = text.Append(line).Append('\n');
                _ = line.Clear().Append(next);
                isEmpty = true;
            }

            _ = line.Append(isEmpty ? "" : " ").Append(word);
            isEmpty = false;
        }

        if (!isEmpty)
        {
            _ = text.Append(line).Append('\n');
        }
    }
}
