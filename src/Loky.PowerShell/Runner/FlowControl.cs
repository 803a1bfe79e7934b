namespace Loky.PowerShell.Runner;

/// <summary>Tells apart what leaves a script as an exception and is none: <c>break</c>, <c>continue</c>, <c>exit</c>.</summary>
internal static class FlowControl
{
    /// <summary>Tells whether the exception is a <c>break</c> or <c>continue</c>. Their types are not public.</summary>
    public static bool IsLoopControl(Exception exception) =>
        exception.GetType().Name is "BreakException" or "ContinueException";

    /// <summary>Turns <c>exit</c> into the error of its item; leaves any other exception as it is.</summary>
    public static Exception ToError(Exception exception)
    {
        if (exception.GetType().Name != "ExitException")
        {
            return exception;
        }

        return new ScriptExitException(MessageText.Format(Messages.ScriptExited, CommandInternals.ExitCode.Get(exception) ?? 0));
    }
}
