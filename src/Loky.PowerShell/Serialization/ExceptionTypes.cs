using System.Collections.Concurrent;
using System.Collections;
using System.Reflection;

namespace Loky.PowerShell.Serialization;

/// <summary>The exceptions of PowerShell that are rebuilt in their own type, by a constructor. The list is fixed and so are the
/// assemblies that they are in: a name on the wire only chooses among them.</summary>
internal static class ExceptionTypes
{
    private const string Automation = "System.Management.Automation";
    private const string Utility = "Microsoft.PowerShell.Commands.Utility";
    private const string Management = "Microsoft.PowerShell.Commands.Management";

    private static readonly Dictionary<string, string> Assemblies = CreateAssemblies();
    private static readonly ConcurrentDictionary<string, Func<string, Exception?, Exception?>?> Factories = new(StringComparer.Ordinal);

    public static Exception? Create(ExceptionParts parts)
    {
        string name = parts.TypeNames.Length > 0 ? parts.TypeNames[0] : string.Empty;
        if (!Assemblies.ContainsKey(name) || Factories.GetOrAdd(name, FindFactory) is not { } factory)
        {
            return null;
        }

        Exception? exception = WithMessage(factory(parts.Message, parts.FirstInner), parts.Message);
        if (exception is RuntimeException runtime && parts.Properties["WasThrownFromThrowStatement"] is true)
        {
            runtime.WasThrownFromThrowStatement = true;
        }

        return exception;
    }

    /// <summary>Gets the constructor that takes message and inner exception, for a type that is one of those here.</summary>
    public static ConstructorInfo? ConstructorOf(Type? type) =>
        type?.FullName is { } name && (Assemblies.ContainsKey(name) || KnownExceptions.Has(name)) ? type.GetConstructor([typeof(string), typeof(Exception)]) : null;

    /// <summary>Returns false where the exception has another message, and keeps it.</summary>
    public static bool TrySetMessage(Exception exception, string message) =>
        FrameworkInternals.Message.IsPresent
            ? FrameworkInternals.Message.Get(exception) == message || FrameworkInternals.Message.Set(exception, message)
            : exception.Message == message;

    private static Func<string, Exception?, Exception?>? FindFactory(string name)
    {
        Type? type = Type.GetType($"{name}, {Assemblies[name]}", throwOnError: false);
        if (type is null || type.IsAbstract || !typeof(Exception).IsAssignableFrom(type))
        {
            return null;
        }

        if (type.GetConstructor([typeof(string), typeof(Exception)]) is { } withInner)
        {
            return (message, inner) => (Exception)withInner.Invoke([message, inner]);
        }

        if (type.GetConstructor([typeof(string)]) is { } withMessage)
        {
            return (message, inner) => WithInner((Exception)withMessage.Invoke([message]), inner);
        }

        return type.GetConstructor(Type.EmptyTypes) is { } plain
            ? (_, inner) => WithInner((Exception)plain.Invoke(null), inner)
            : null;
    }

    private static Exception? WithMessage(Exception? exception, string message) =>
        exception is null || exception.Message == message || FrameworkInternals.Message.Set(exception, message) ? exception : null;

    public static Exception? WithInner(Exception exception, Exception? inner) =>
        inner is null || FrameworkInternals.InnerException.Set(exception, inner) ? exception : null;

    private static Dictionary<string, string> CreateAssemblies()
    {
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(
            types,
            Automation,
            "System.Management.Automation.",
            "RuntimeException ActionPreferenceStopException ApplicationFailedException ArgumentTransformationMetadataException",
            "CmdletInvocationException CmdletProviderInvocationException CommandNotFoundException DriveNotFoundException",
            "ExtendedTypeSystemException GetValueException GetValueInvocationException HaltCommandException HostException",
            "IncompleteParseException InvalidJobStateException InvalidPowerShellStateException ItemNotFoundException",
            "MetadataException MethodException MethodInvocationException NativeCommandExitException ParameterBindingException",
            "ParentContainsErrorRecordException ParseException PipelineClosedException PipelineStoppedException",
            "ProviderInvocationException ProviderNameAmbiguousException ProviderNotFoundException PSArgumentException",
            "PSArgumentNullException PSArgumentOutOfRangeException PSInvalidCastException PSInvalidOperationException",
            "PSNotImplementedException PSNotSupportedException PSObjectDisposedException PSSecurityException RemoteException",
            "ScriptCallDepthException ScriptRequiresException SessionStateException SessionStateOverflowException",
            "SessionStateUnauthorizedAccessException SetValueException SetValueInvocationException",
            "ValidationMetadataException WildcardPatternException PSSnapInException Remoting.PSRemotingTransportException",
            "Remoting.PSRemotingDataStructureException");
        Add(types, Automation, "System.Management.Automation.Runspaces.", "InvalidPipelineStateException InvalidRunspaceStateException");
        Add(types, Utility, "Microsoft.PowerShell.Commands.", "WriteErrorException");
        Add(types, Management, "Microsoft.PowerShell.Commands.", "ProcessCommandException ServiceCommandException");
        return types;
    }

    private static void Add(Dictionary<string, string> types, string assembly, string prefix, params string[] lists)
    {
        foreach (string name in lists.SelectMany(static list => list.Split(' ')))
        {
            types[prefix + name] = assembly;
        }
    }
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
