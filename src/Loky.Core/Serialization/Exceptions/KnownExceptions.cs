using System.Collections.Concurrent;

namespace Loky.Serialization;

/// <summary>The exceptions of .NET that are data and nothing else, so that any process may ask for them.</summary>
internal static class KnownExceptions
{
    // The last ones are our own: an executor that is used within a worker fails with them.
    private static readonly Dictionary<string, string> ByName = TypeLists.Parse("""
        System,System.Runtime: AccessViolationException AggregateException AppDomainUnloadedException ApplicationException
            ArgumentException ArgumentNullException ArgumentOutOfRangeException ArithmeticException ArrayTypeMismatchException
            BadImageFormatException CannotUnloadAppDomainException DivideByZeroException DuplicateWaitObjectException
            EntryPointNotFoundException Exception FieldAccessException FormatException IndexOutOfRangeException
            InsufficientExecutionStackException InsufficientMemoryException InvalidCastException InvalidOperationException
            InvalidProgramException InvalidTimeZoneException MemberAccessException MethodAccessException MissingFieldException
            MissingMemberException MissingMethodException MulticastNotSupportedException NotFiniteNumberException
            NotImplementedException NotSupportedException NullReferenceException ObjectDisposedException
            OperationCanceledException OutOfMemoryException OverflowException PlatformNotSupportedException RankException
            StackOverflowException SystemException TimeZoneNotFoundException TimeoutException TypeAccessException
            TypeInitializationException TypeLoadException UnauthorizedAccessException UriFormatException
        System,System.Runtime.InteropServices: DataMisalignedException DllNotFoundException
        System.Collections.Generic,System.Runtime: KeyNotFoundException
        System.ComponentModel,Microsoft.Win32.Primitives: Win32Exception
        System.ComponentModel,System.ComponentModel.Primitives: InvalidAsynchronousStateException InvalidEnumArgumentException
        System.Data,System.Data.Common: DataException
        System.Diagnostics,System.Runtime: UnreachableException
        System.Globalization,System.Runtime: CultureNotFoundException
        System.IO,System.IO.FileSystem.DriveInfo: DriveNotFoundException
        System.IO,System.Runtime: DirectoryNotFoundException EndOfStreamException FileLoadException FileNotFoundException
            IOException InvalidDataException PathTooLongException
        System.Net,System.Net.Primitives: CookieException
        System.Net,System.Net.Requests: ProtocolViolationException WebException
        System.Net.Http,System.Net.Http: HttpRequestException
        System.Net.Sockets,System.Net.Primitives: SocketException
        System.Reflection,System.Runtime: AmbiguousMatchException CustomAttributeFormatException TargetException
            TargetInvocationException TargetParameterCountException
        System.Resources,System.Runtime: MissingManifestResourceException
        System.Runtime.CompilerServices,System.Runtime: SwitchExpressionException
        System.Runtime.InteropServices,System.Runtime: ExternalException
        System.Runtime.InteropServices,System.Runtime.InteropServices: COMException MarshalDirectiveException SEHException
        System.Security,System.Runtime: SecurityException VerificationException
        System.Security.Authentication,System.Net.Security: AuthenticationException
        System.Security.Cryptography,System.Runtime: CryptographicException
        System.Text,System.Runtime: DecoderFallbackException EncoderFallbackException
        System.Text.Json,System.Text.Json: JsonException
        System.Text.RegularExpressions,System.Text.RegularExpressions: RegexMatchTimeoutException RegexParseException
        System.Threading,System.Threading: AbandonedMutexException BarrierPostPhaseException LockRecursionException
            SemaphoreFullException SynchronizationLockException WaitHandleCannotBeOpenedException
        System.Threading,System.Threading.Thread: ThreadInterruptedException ThreadStateException
        System.Threading.Tasks,System.Runtime: TaskCanceledException TaskSchedulerException
        System.Xml,System.Xml.ReaderWriter: XmlException
        System.Xml.Schema,System.Xml.ReaderWriter: XmlSchemaException
        System.Xml.XPath,System.Xml.XPath: XPathException
        Loky: TaskSerializationException TerminatedWorkerException TaskTimeoutException BrokenExecutorException
            ShutdownExecutorException LokyRecursionException
        """).ToDictionary(static name => name.Split(',')[0]);

    private static readonly ConcurrentDictionary<string, Type> Found = new();

    public static IEnumerable<string> Names => ByName.Keys;

    public static bool Has(string name) => ByName.ContainsKey(name);

    public static Type? Find(string name) =>
        Found.TryGetValue(name, out Type? type) ? type
        : ByName.TryGetValue(name, out string? qualified) ? Found.GetOrAdd(name, Type.GetType(qualified, throwOnError: true)!)
        : null;

    public static Type? Find(AssemblyReference assembly, string name) =>
        Find(name) is { } type && (assembly.Path is null || type.Assembly.GetName().Name == assembly.SimpleName) ? type : null;
}
