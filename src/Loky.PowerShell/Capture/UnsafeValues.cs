using System.Collections.Concurrent;
using System.Management.Automation.Host;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;
using Loky.PowerShell.Converters;

namespace Loky.PowerShell.Capture;

/// <summary>Values that mean something in one process only: sent as their properties they would look alive and be dead.</summary>
/// <remarks>What waits, locks or signals; what is open or connected; what runs: by the type that it is or derives from. What
/// merely can be disposed of is not among them: a copy of a process, a table or a certificate is of use.</remarks>
internal static class UnsafeValues
{
    // By name, because to ask for the types themselves would load their assemblies.
    private static readonly HashSet<string> Signals =
    [
        "System.Threading.CancellationToken", "System.Threading.CancellationTokenSource", "System.Threading.CancellationTokenRegistration",
        "System.Threading.WaitHandle", "System.Threading.SemaphoreSlim", "System.Threading.ManualResetEventSlim", "System.Threading.CountdownEvent",
        "System.Threading.Barrier", "System.Threading.ReaderWriterLock", "System.Threading.ReaderWriterLockSlim", "System.Threading.Lock",
    ];

    private static readonly HashSet<string> Clients =
    [
        "System.Net.Http.HttpMessageInvoker", "System.Net.Http.HttpMessageHandler", "System.Net.WebClient", "System.Net.WebRequest",
        "System.Net.WebResponse", "System.Net.HttpListener", "System.Net.WebSockets.WebSocket", "System.Net.Mail.SmtpClient",
        "System.Net.Sockets.Socket", "System.Net.Sockets.TcpClient", "System.Net.Sockets.TcpListener", "System.Net.Sockets.UdpClient",
        "System.Data.IDbConnection", "System.Data.IDbCommand", "System.Data.IDbTransaction", "System.Data.IDataReader",
        "System.DirectoryServices.Protocols.DirectoryConnection", "Microsoft.Management.Infrastructure.CimSession", "System.IO.Ports.SerialPort",
        "System.IO.FileSystemWatcher", "System.IO.MemoryMappedFiles.MemoryMappedFile", "System.Threading.Timer", "System.Timers.Timer",
    ];

    private static readonly ConcurrentDictionary<Type, string?> ByType = [];

    /// <summary>Throws <see cref="CaptureException"/> where the value of a variable must not be sent.</summary>
    public static void Check(object? value, IScriptExtent use, ConverterTable? converters)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (Describe(bare) is { } why && converters?.Find(bare!.GetType()) is null)
        {
            throw new CaptureException(MessageText.Format(Messages.CaptureUnsafe, use.Text, use.StartLineNumber, bare!.GetType(), why));
        }
    }

    /// <summary>Throws <see cref="CaptureException"/> where an argument of the block must not be sent.</summary>
    public static void CheckArguments(object?[] arguments, ConverterTable? converters)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            object? bare = arguments[i] is PSObject wrapped ? wrapped.BaseObject : arguments[i];
            if (Describe(bare) is { } why && converters?.Find(bare!.GetType()) is null)
            {
                throw new CaptureException(MessageText.Format(Messages.CaptureUnsafeArgument, i + 1, bare!.GetType(), why));
            }
        }
    }

    private static string? Describe(object? value) => value switch
    {
        null or string or PSCustomObject => null,

        // They refer to nothing, and mean the same everywhere.
        nint and 0 or nuint and 0 or CancellationToken { CanBeCanceled: false } => null,
        SafeHandle or IntPtr or UIntPtr => Messages.UnsafeHandle,
        Runspace or RunspacePool or PSSession or PSCmdlet or EngineIntrinsics or PSHost => Messages.UnsafeSession,
        System.Management.Automation.PowerShell or Job => Messages.UnsafeSession,
        Stream or TextReader or TextWriter => Messages.UnsafeStream,
        Thread or Task => Messages.UnsafeThread,
        _ => ByType.GetOrAdd(value.GetType(), Describe),
    };

    private static string? Describe(Type type)
    {
        for (Type? current = type; current is not null; current = current.BaseType)
        {
            if (Signals.Contains(current.FullName ?? string.Empty))
            {
                return Messages.UnsafeSignal;
            }

            if (Clients.Contains(current.FullName ?? string.Empty))
            {
                return Messages.UnsafeClient;
            }
        }

        return Array.Exists(type.GetInterfaces(), static implemented => Clients.Contains(implemented.FullName ?? string.Empty)) ? Messages.UnsafeClient : null;
    }
}
