using System.Collections;

namespace Loky.PowerShell.Serialization;

/// <summary>What was read of an exception that is to be rebuilt.</summary>
/// <param name="TypeNames">The names of its type and the bases of that.</param>
/// <param name="Message">Its message.</param>
/// <param name="StackTrace">Where it was thrown.</param>
/// <param name="HResult">Its number.</param>
/// <param name="Inner">Its inner exceptions.</param>
/// <param name="Properties">The values of the properties that its type adds.</param>
internal sealed record ExceptionParts(
    string[] TypeNames, string Message, string? StackTrace, int HResult, Exception[] Inner, Hashtable Properties)
{
    /// <summary>Gets what its source is said to be.</summary>
    public string? Source { get; init; }

    /// <summary>Gets where help is said to be.</summary>
    public string? HelpLink { get; init; }

    /// <summary>Gets the first inner exception, if there is one.</summary>
    public Exception? FirstInner => Inner.Length > 0 ? Inner[0] : null;
}
