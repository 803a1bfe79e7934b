namespace Loky.PowerShell.Runner;

/// <summary>A scriptblock called <c>exit</c>, which ends a session but not a worker.</summary>
internal sealed class ScriptExitException(string message) : RuntimeException(message)
{
    public override ErrorRecord ErrorRecord => new(new ParentContainsErrorRecordException(this), ErrorIds.ScriptExited, ErrorCategory.InvalidOperation, null);
}
