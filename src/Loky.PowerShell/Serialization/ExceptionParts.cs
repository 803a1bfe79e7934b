using System.Collections;

namespace Loky.PowerShell.Serialization;

/// <summary>What was read of an exception to rebuild: the names of its type and of the bases of that, what every exception has,
/// and the properties that its type adds.</summary>
internal sealed record ExceptionParts(
    string[] TypeNames, string Message, string? StackTrace, int HResult, Exception[] Inner, Hashtable Properties)
{
    public string? Source { get; init; }

    public string? HelpLink { get; init; }

    public Exception? FirstInner => Inner.Length > 0 ? Inner[0] : null;
}
