using System.Collections.Concurrent;
using System.ComponentModel;
using System.Management.Automation;
using System.Net.Sockets;
using System.Reflection;
using Loky.PowerShell.Internals;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// The exceptions of the framework and of PowerShell that are rebuilt in their own type. The list is fixed and so are
/// the assemblies that they are in: a name on the wire only chooses among them.
/// </summary>
internal static class ExceptionTypes
{
    private const string Automation = "System.Management.Automation";
    private const string Utility = "Microsoft.PowerShell.Commands.Utility";
    private const string Management = "Microsoft.PowerShell.Commands.Management";

    private static readonly Dictionary<string, string> Assemblies = CreateAssemblies();
    private static readonly ConcurrentDictionary<string, Func<string, Exception?, Exception?>?> Factories = new(StringComparer.Ordinal);

    /// <summary>Rebuilds an exception, or returns null if its type is none of those here.</summary>
    public static Exception? Create(ExceptionParts parts)
    {
        string name = parts.TypeNames.Length > 0 ? parts.TypeNames[0] : string.Empty;
        Exception? exception = CreateSpecial(name, parts) ?? CreateCommon(name, parts);
        if (exception is null)
        {
            return null;
        }

        if (exception is RuntimeException runtime && parts.Properties["WasThrownFromThrowStatement"] is true)
        {
            runtime.WasThrownFromThrowStatement = true;
        }

        return exception;
    }

    /// <summary>Gets what makes an exception of a type that is one of those here from message and inner exception, if it has that.</summary>
    public static ConstructorInfo? ConstructorOf(Type? type) =>
        type?.FullName is { } name && Assemblies.ContainsKey(name) ? type.GetConstructor([typeof(string), typeof(Exception)]) : null;

    /// <summary>Sets the message of an exception where it has come to have another. Returns false where it has another and keeps it.</summary>
    public static bool TrySetMessage(Exception exception, string message) =>
        FrameworkInternals.Message.IsPresent
            ? FrameworkInternals.Message.Get(exception) == message || FrameworkInternals.Message.Set(exception, message)
            : exception.Message == message;

    private static Exception? CreateSpecial(string name, ExceptionParts parts)
    {
        string message = parts.Message;
        switch (name)
        {
            case "System.AggregateException":
                return new AggregateException(WithoutInner(message, parts.Inner), parts.Inner);
            case "System.ArgumentException":
            case "System.ArgumentNullException":
            case "System.ArgumentOutOfRangeException":
            case "System.Globalization.CultureNotFoundException":
                return CreateArgument(name, parts);
            case "System.ObjectDisposedException":
                string? owner = parts.Text("ObjectName");
                int end = owner is null ? -1 : message.LastIndexOf('\n');
                return new ObjectDisposedException(owner, end < 0 ? message : message[..end].TrimEnd('\r'));
            case "System.IO.FileNotFoundException":
                return new FileNotFoundException(message, parts.Text("FileName"), parts.FirstInner);
            case "System.IO.FileLoadException":
                return new FileLoadException(message, parts.Text("FileName"), parts.FirstInner);
            case "System.BadImageFormatException":
                return new BadImageFormatException(message, parts.Text("FileName"), parts.FirstInner);
            case "System.TypeInitializationException":
                return WithMessage(new TypeInitializationException(parts.Text("TypeName"), parts.FirstInner), message);
            case "System.ComponentModel.Win32Exception":
                return new Win32Exception(parts.Properties["NativeErrorCode"] as int? ?? 0, message);
            case "System.Net.Sockets.SocketException":
                return WithMessage(new SocketException(parts.Properties["ErrorCode"] as int? ?? 0), message);
            case "Loky.TerminatedWorkerException":
                return new TerminatedWorkerException(message, parts.FirstInner)
                {
                    WorkerProcessId = parts.Properties[nameof(TerminatedWorkerException.WorkerProcessId)] as int? ?? 0,
                    ExitReason = parts.Text(nameof(TerminatedWorkerException.ExitReason)) ?? string.Empty,
                    StandardError = parts.Text(nameof(TerminatedWorkerException.StandardError)) ?? string.Empty,
                };
            default:
                return null;
        }
    }

    private static Exception? CreateCommon(string name, ExceptionParts parts)
    {
        if (!Assemblies.TryGetValue(name, out string? assembly))
        {
            return null;
        }

        Func<string, Exception?, Exception?>? factory = Factories.GetOrAdd(name, static (name, assembly) => FindFactory(name, assembly), assembly);
        return factory is null ? null : WithMessage(factory(parts.Message, parts.FirstInner), parts.Message);
    }

    private static Func<string, Exception?, Exception?>? FindFactory(string name, string assembly)
    {
        Type? type = Type.GetType(assembly.Length == 0 ? name : $"{name}, {assembly}", throwOnError: false);
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

    private static ArgumentException? CreateArgument(string name, ExceptionParts parts)
    {
        // The message ends with the name of the parameter, which the exception adds itself once it knows the name.
        string? parameter = parts.Text("ParamName");
        string message = parts.Message;
        if (!string.IsNullOrEmpty(parameter))
        {
            string withName = new ArgumentException(string.Empty, parameter).Message;
            int at = message.LastIndexOf(withName.TrimStart(), StringComparison.Ordinal);
            message = at < 0 ? message : message[..at].TrimEnd(' ');
        }

        ArgumentException exception = name switch
        {
            "System.ArgumentNullException" => new ArgumentNullException(message, parts.FirstInner),
            "System.ArgumentOutOfRangeException" => new ArgumentOutOfRangeException(message, parts.FirstInner),
            "System.Globalization.CultureNotFoundException" => new System.Globalization.CultureNotFoundException(message, parts.FirstInner),
            _ => new ArgumentException(message, parts.FirstInner),
        };
        if (!FrameworkInternals.ParameterName.Set(exception, parameter) && parts.FirstInner is null && parameter is not null)
        {
            exception = WithParameter(name, message, parameter);
        }

        if (exception.Message == parts.Message)
        {
            return exception;
        }

        // In another language, or with the actual value in it: better the whole message than the parameter's name.
        return FrameworkInternals.ParameterName.Set(exception, null) && FrameworkInternals.Message.Set(exception, parts.Message) ? exception : null;
    }

    /// <summary>Makes one by the constructor that takes a parameter, and no inner exception.</summary>
    private static ArgumentException WithParameter(string name, string message, string parameter) => name switch
    {
        "System.ArgumentNullException" => new ArgumentNullException(parameter, message),
        "System.ArgumentOutOfRangeException" => new ArgumentOutOfRangeException(parameter, message),
        "System.Globalization.CultureNotFoundException" => new System.Globalization.CultureNotFoundException(parameter, message),
        _ => new ArgumentException(message, parameter),
    };

    private static string WithoutInner(string message, Exception[] inner)
    {
        string whole = new AggregateException(string.Empty, inner).Message;
        return whole.Length > 0 && message.EndsWith(whole, StringComparison.Ordinal)
            ? message[..^whole.Length].TrimEnd(' ')
            : message;
    }

    private static T? WithMessage<T>(T? exception, string message)
        where T : Exception =>
        exception is null || exception.Message == message || FrameworkInternals.Message.Set(exception, message) ? exception : null;

    private static Exception? WithInner(Exception exception, Exception? inner) =>
        inner is null || FrameworkInternals.InnerException.Set(exception, inner) ? exception : null;

    private static Dictionary<string, string> CreateAssemblies()
    {
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(
            types,
            string.Empty,
            "System.",
            "Exception SystemException ApplicationException AccessViolationException ArithmeticException ArrayTypeMismatchException",
            "DataMisalignedException DivideByZeroException DllNotFoundException DuplicateWaitObjectException",
            "EntryPointNotFoundException FieldAccessException FormatException IndexOutOfRangeException",
            "InsufficientExecutionStackException InsufficientMemoryException InvalidCastException InvalidOperationException",
            "InvalidProgramException InvalidTimeZoneException MemberAccessException MethodAccessException MissingFieldException",
            "MissingMemberException MissingMethodException MulticastNotSupportedException NotFiniteNumberException",
            "NotImplementedException NotSupportedException NullReferenceException OperationCanceledException OutOfMemoryException",
            "OverflowException PlatformNotSupportedException RankException StackOverflowException TimeoutException",
            "TimeZoneNotFoundException TypeAccessException TypeLoadException UnauthorizedAccessException",
            "Collections.Generic.KeyNotFoundException IO.DirectoryNotFoundException IO.EndOfStreamException IO.IOException",
            "IO.PathTooLongException IO.InvalidDataException AppDomainUnloadedException CannotUnloadAppDomainException",
            "Diagnostics.UnreachableException Reflection.CustomAttributeFormatException Runtime.CompilerServices.SwitchExpressionException",
            "Reflection.AmbiguousMatchException Reflection.TargetException",
            "Reflection.TargetInvocationException Reflection.TargetParameterCountException Resources.MissingManifestResourceException",
            "Runtime.InteropServices.COMException Runtime.InteropServices.ExternalException Runtime.InteropServices.SEHException",
            "Runtime.InteropServices.MarshalDirectiveException Security.SecurityException Security.Cryptography.CryptographicException",
            "Security.VerificationException Text.DecoderFallbackException Text.EncoderFallbackException",
            "Threading.AbandonedMutexException Threading.BarrierPostPhaseException Threading.LockRecursionException",
            "Threading.SemaphoreFullException Threading.SynchronizationLockException Threading.ThreadInterruptedException",
            "Threading.ThreadStateException Threading.WaitHandleCannotBeOpenedException Threading.Tasks.TaskCanceledException",
            "Threading.Tasks.TaskSchedulerException");
        Add(types, "System.Runtime", "System.", "UriFormatException");
        Add(types, "System.ComponentModel.Primitives", "System.ComponentModel.", "InvalidAsynchronousStateException InvalidEnumArgumentException");
        Add(types, "System.IO.FileSystem.DriveInfo", "System.", "IO.DriveNotFoundException");
        Add(types, "System.Private.Xml", "System.Xml.", "XmlException Schema.XmlSchemaException XPath.XPathException");
        Add(types, "System.Text.Json", "System.Text.Json.", "JsonException");
        Add(types, "System.Net.Http", "System.Net.Http.", "HttpRequestException");
        Add(types, "System.Net.Primitives", "System.Net.", "CookieException");
        Add(types, "System.Net.Requests", "System.Net.", "WebException ProtocolViolationException");
        Add(types, "System.Data.Common", "System.Data.", "DataException");
        Add(types, "System.Security.Authentication", "System.Security.Authentication.", "AuthenticationException");
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
        Add(
            types,
            typeof(TaskSerializationException).Assembly.FullName!,
            "Loky.",
            "TaskSerializationException TerminatedWorkerException TaskTimeoutException BrokenExecutorException ShutdownExecutorException",
            "LokyRecursionException");
        Add(types, Automation, "System.Management.Automation.Runspaces.", "InvalidPipelineStateException InvalidRunspaceStateException");
        Add(types, Utility, "Microsoft.PowerShell.Commands.", "WriteErrorException");
        Add(types, Management, "Microsoft.PowerShell.Commands.", "ProcessCommandException ServiceCommandException");
        return types;
    }

    private static void Add(Dictionary<string, string> types, string assembly, string prefix, params string[] lists)
    {
        foreach (string list in lists)
        {
            foreach (string name in list.Split(' '))
            {
                types[prefix + name] = assembly;
            }
        }
    }
}
