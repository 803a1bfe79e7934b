namespace Loky.PowerShell.Hosts;

/// <summary>The way out where a command has ended before a PowerShell at its far end answered.</summary>
internal static class HostAdvice
{
    private static readonly (string Sign, Func<string> Advice)[] Known =
    [
        ("REMOTE HOST IDENTIFICATION HAS CHANGED", static () => Messages.AdviceHostKeyChanged),
        ("Host key verification failed", static () => Messages.AdviceHostKeyUnknown),
        ("Permission denied", static () => Messages.AdviceKeyRefused),
        ("Could not resolve hostname", static () => Messages.AdviceHostUnknown),
        ("Name or service not known", static () => Messages.AdviceHostUnknown),
        ("Connection refused", static () => Messages.AdviceConnectionRefused),
        ("Unable to contact slurm controller", static () => Messages.AdviceNoSlurm),
        ("not found", static () => Messages.AdviceNoPowerShell),
        ("No such file", static () => Messages.AdviceNoPowerShell),
        ("not recognized", static () => Messages.AdviceNoPowerShell),
    ];

    /// <summary>Returns the way out, as a sentence; null where none is known.</summary>
    public static string? For(string ending, string standardError) =>
        Array.Find(Known, known => standardError.Contains(known.Sign, StringComparison.OrdinalIgnoreCase)).Advice?.Invoke()
            ?? (ending is "exit code 127" or "exit code 126" ? Messages.AdviceNoPowerShell : null);
}
