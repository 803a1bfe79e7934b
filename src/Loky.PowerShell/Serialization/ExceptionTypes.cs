using System.Collections.Concurrent;
using System.Collections;
using System.Reflection;

namespace Loky.PowerShell.Serialization;

/// <summary>The exceptions of PowerShell that are rebuilt in their own type, by a constructor. The list is fixed and so are the
/// assemblies that they are in: a name on the wire only chooses among them.</summary>
internal static class ExceptionTypes
{
    private static readonly Dictionary<string, string> ByName = TypeLists.Parse("""
        System.Management.Automation,System.Management.Automation: RuntimeException ActionPreferenceStopException
            ApplicationFailedException ArgumentTransformationMetadataException CmdletInvocationException
            CmdletProviderInvocationException CommandNotFoundException DriveNotFoundException ExtendedTypeSystemException
            GetValueException GetValueInvocationException HaltCommandException HostException IncompleteParseException
            InvalidJobStateException InvalidPowerShellStateException ItemNotFoundException MetadataException MethodException
            MethodInvocationException NativeCommandExitException ParameterBindingException ParentContainsErrorRecordException
            ParseException PipelineClosedException PipelineStoppedException ProviderInvocationException
            ProviderNameAmbiguousException ProviderNotFoundException PSArgumentException PSArgumentNullException
            PSArgumentOutOfRangeException PSInvalidCastException PSInvalidOperationException PSNotImplementedException
            PSNotSupportedException PSObjectDisposedException PSSecurityException RemoteException ScriptCallDepthException
            ScriptRequiresException SessionStateException SessionStateOverflowException SessionStateUnauthorizedAccessException
            SetValueException SetValueInvocationException ValidationMetadataException WildcardPatternException PSSnapInException
        System.Management.Automation.Remoting,System.Management.Automation: PSRemotingTransportException
            PSRemotingDataStructureException
        System.Management.Automation.Runspaces,System.Management.Automation: InvalidPipelineStateException
            InvalidRunspaceStateException
        Microsoft.PowerShell.Commands,Microsoft.PowerShell.Commands.Utility: WriteErrorException
        Microsoft.PowerShell.Commands,Microsoft.PowerShell.Commands.Management: ProcessCommandException ServiceCommandException
        """).ToDictionary(static name => name.Split(',')[0]);

    private static readonly ConcurrentDictionary<string, Func<string, Exception?, Exception?>?> Factories = new(StringComparer.Ordinal);

    public static Exception? Create(ExceptionParts parts)
    {
        string name = parts.TypeNames.Length > 0 ? parts.TypeNames[0] : string.Empty;
        if (!ByName.ContainsKey(name) || Factories.GetOrAdd(name, FindFactory) is not { } factory)
        {
            return null;
        }

        Exception? exception = factory(parts.Message, parts.FirstInner);
        if (exception is null || !TrySetMessage(exception, parts.Message))
        {
            return null;
        }

        if (exception is RuntimeException runtime && parts.Properties["WasThrownFromThrowStatement"] is true)
        {
            runtime.WasThrownFromThrowStatement = true;
        }

        return exception;
    }

    /// <summary>Gets the constructor that takes message and inner exception, for a type that is one of those here.</summary>
    public static ConstructorInfo? ConstructorOf(Type? type) =>
        type?.FullName is { } name && (ByName.ContainsKey(name) || KnownExceptions.Has(name)) ? type.GetConstructor([typeof(string), typeof(Exception)]) : null;

    /// <summary>Returns false where the exception has another message, and keeps it.</summary>
    public static bool TrySetMessage(Exception exception, string message) =>
        FrameworkInternals.Message.IsPresent
            ? FrameworkInternals.Message.Get(exception) == message || FrameworkInternals.Message.Set(exception, message)
            : exception.Message == message;

    public static Exception? WithInner(Exception exception, Exception? inner) =>
        inner is null || FrameworkInternals.InnerException.Set(exception, inner) ? exception : null;

    private static Func<string, Exception?, Exception?>? FindFactory(string name) =>
        Type.GetType(ByName[name], throwOnError: false) is not { IsAbstract: false } type || !typeof(Exception).IsAssignableFrom(type) ? null
        : type.GetConstructor([typeof(string), typeof(Exception)]) is { } withInner ? (message, inner) => (Exception)withInner.Invoke([message, inner])
        : type.GetConstructor([typeof(string)]) is { } withMessage ? (message, inner) => WithInner((Exception)withMessage.Invoke([message]), inner)
        : type.GetConstructor(Type.EmptyTypes) is { } plain ? (_, inner) => WithInner((Exception)plain.Invoke(null), inner)
        : null;
}

/// <summary>What was read of an exception to rebuild: the names of its type and of the bases of that, what every exception has,
/// and the properties that its type adds.</summary>
internal sealed record ExceptionParts(
    string[] TypeNames, string Message, string? StackTrace, int HResult, Exception[] Inner, Hashtable Properties)
{
    public string? Source { get; init; }

    public string? HelpLink { get; init; }

    public Exception? FirstInner => Inner.Length > 0 ? Inner[0] : null;
}
