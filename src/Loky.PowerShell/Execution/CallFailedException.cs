using System.Management.Automation;

namespace Loky.PowerShell.Execution;

/// <summary>A worker could not set a call up: the call ends with this error, before any of its items has run there.</summary>
internal sealed class CallFailedException(ErrorRecord error) : Exception(error.Exception.Message, error.Exception)
{
    /// <summary>Gets the error of the call.</summary>
    public ErrorRecord Error { get; } = error;
}
