using System.Management.Automation.Runspaces;

namespace Loky.PowerShell.Capture;

/// <summary>What scripts may do, as PowerShell restricts it for sessions and notes it with each script that is written in one. No
/// worker runs anything with more rights than it had where it came from.</summary>
/// <remarks>The mode of a script is not public. In a version that keeps it elsewhere that of the session stands for it.</remarks>
internal static class LanguageModes
{
    /// <summary>Gets the mode for all that a command runs: the strictest of its session's now and its scripts'.</summary>
    public static PSLanguageMode Of(PSCmdlet cmdlet, params ScriptBlock?[] scripts)
    {
        PSLanguageMode strictest = cmdlet.SessionState.LanguageMode;
        foreach (ScriptBlock? script in scripts)
        {
            PSLanguageMode mode = Of(script);
            strictest = RankOf(mode) > RankOf(strictest) ? mode : strictest;
        }

        return strictest;
    }

    /// <summary>Throws <see cref="LanguageModeException"/> where a mode allows no scriptblock to run.</summary>
    public static void CheckRunsScripts(PSLanguageMode mode)
    {
        if (mode is not (PSLanguageMode.FullLanguage or PSLanguageMode.ConstrainedLanguage))
        {
            throw new LanguageModeException(MessageText.Format(Messages.LanguageModeRefused, mode));
        }
    }

    /// <summary>Throws <see cref="LanguageModeException"/> where no delegate may run: nothing restricts one.</summary>
    public static void CheckRunsDelegates(PSLanguageMode mode)
    {
        if (mode != PSLanguageMode.FullLanguage)
        {
            throw new LanguageModeException(MessageText.Format(Messages.LanguageModeDelegate, mode));
        }
    }

    /// <summary>Tells whether a script would get rights in a mode that it did not have where it was written.</summary>
    public static bool Frees(PSLanguageMode mode, ScriptBlock script) => RankOf(mode) < RankOf(Of(script));

    private static PSLanguageMode Of(ScriptBlock? script) =>
        script is null || !ScriptInternals.LanguageMode.IsPresent ? PSLanguageMode.FullLanguage
        : ScriptInternals.LanguageMode.Get(script) is PSLanguageMode mode ? mode
        : OfUnmarked();

    /// <summary>Gets the mode for a script that was made on a thread without a session, which does not say what it may do. Only
    /// where nothing has ever been restricted can it be the host's alone.</summary>
    private static PSLanguageMode OfUnmarked() =>
        SessionInternals.ContextOfRunspace.Get(Runspace.DefaultRunspace) is { } context && SessionInternals.WasConstrained.IsPresent && !SessionInternals.WasConstrained.Get(context)
            ? PSLanguageMode.FullLanguage
            : PSLanguageMode.ConstrainedLanguage;

    private static int RankOf(PSLanguageMode mode) => mode switch
    {
        PSLanguageMode.FullLanguage => 0,
        PSLanguageMode.ConstrainedLanguage => 1,
        PSLanguageMode.RestrictedLanguage => 2,
        _ => 3,
    };
}
