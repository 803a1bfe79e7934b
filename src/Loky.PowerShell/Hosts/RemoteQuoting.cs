namespace Loky.PowerShell.Hosts;

/// <summary>Quotes a path for the shell of a host, which may be sh, cmd or PowerShell.</summary>
internal static class RemoteQuoting
{
    /// <summary>Quotes a path where it needs it. A <c>~/</c> in front stays what the shell makes of it.</summary>
    public static string Quote(string path)
    {
        if (path.All(IsPlain))
        {
            return path;
        }

        if (path.StartsWith("~/", StringComparison.Ordinal))
        {
            return "~/" + Quote(path[2..]);
        }

        // Between double quotes cmd has nothing special but these, and sh a few more, which no path of Windows has.
        return path.IndexOfAny(['"', '$', '`', '!']) < 0 ? $"\"{path}\"" : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || character is '/' or '.' or '_' or '-' or '~' or ':' or '+';
}
