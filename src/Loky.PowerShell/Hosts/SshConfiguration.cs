namespace Loky.PowerShell.Hosts;

internal static class SshConfiguration
{
    private const int MaxDepth = 8;

    /// <summary>Returns the names, without patterns, each with the line that it stands in.</summary>
    public static IReadOnlyList<(string Name, string Line)> Hosts()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var hosts = new List<(string, string)>();
        Read(Path.Combine(home, ".ssh", "config"), Path.Combine(home, ".ssh"), hosts, MaxDepth);
        return [.. hosts.DistinctBy(static host => host.Item1)];
    }

    private static void Read(string path, string folder, List<(string Name, string Line)> hosts, int depth)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nobody has to have one.
            return;
        }

        foreach (string line in lines)
        {
            string[] words = line.Replace('=', ' ').Split((char[])[' ', '\t', '"'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2)
            {
                continue;
            }

            if (words[0].Equals("Host", StringComparison.OrdinalIgnoreCase))
            {
                hosts.AddRange(words.Skip(1).TakeWhile(static word => word[0] != '#').Where(static word => word.IndexOfAny(['*', '?', '!']) < 0).Select(word => (word, line.Trim())));
            }
            else if (words[0].Equals("Include", StringComparison.OrdinalIgnoreCase) && depth > 0)
            {
                foreach (string file in words.Skip(1).SelectMany(word => Expand(word, folder)))
                {
                    Read(file, folder, hosts, depth - 1);
                }
            }
        }
    }

    private static IEnumerable<string> Expand(string pattern, string folder)
    {
        string full = Path.Combine(folder, pattern.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(folder, "..", pattern[2..]) : pattern);
        string parent = Path.GetDirectoryName(full)!;
        return Directory.Exists(parent) ? Directory.EnumerateFiles(parent, Path.GetFileName(full)) : [];
    }
}
