using System.Globalization;
using System.Text.RegularExpressions;

namespace Loky.PowerShell.Hosts;

/// <summary>A host as a string: <c>user@host:port*8</c>, or <c>:</c> and <c>:*8</c> for this machine.</summary>
internal static partial class HostText
{
    /// <summary>Throws <see cref="HostFormatException"/> where it is none.</summary>
    public static WorkerHost Parse(string text)
    {
        Match match = Form().Match(text);
        if (!match.Success)
        {
            throw new HostFormatException(text, MessageText.Format(Messages.InvalidHostText, text));
        }

        int? workers = Number(match.Groups["workers"], ExecutorOptions.MaxWorkersLimit, text);
        if (match.Groups["here"].Success)
        {
            return WorkerHost.ThisMachine(workers);
        }

        return new SshTarget
        {
            HostName = match.Groups["host"].Value.Trim('[', ']'),
            UserName = match.Groups["user"] is { Success: true } user ? user.Value : null,
            Port = Number(match.Groups["port"], ushort.MaxValue, text),
            Workers = workers,
        }.ToHost();
    }

    private static int? Number(Group group, int limit, string text)
    {
        if (!group.Success)
        {
            return null;
        }

        return int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= limit
            ? number
            : throw new HostFormatException(text, MessageText.Format(Messages.InvalidHostNumber, group.Value, text, limit));
    }

    // A name with a dash in front would be an option of ssh.
    [GeneratedRegex(@"^(?:(?<here>:)|(?:(?<user>[^@\s:*-][^@\s:*]*)@)?(?<host>\[[0-9A-Za-z:.%]+\]|[^@\s:*\[\]-][^@\s:*\[\]]*)(?::(?<port>\d+))?)(?:\*(?<workers>\d+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
