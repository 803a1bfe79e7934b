using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security;
using System.Text;

namespace Loky.Serialization;

/// <summary>The exceptions of .NET that are data and nothing else, so that any process may ask for them.</summary>
internal static class KnownExceptions
{
    // These are found by name when first asked for: to name their types here would load their assemblies.
    private static readonly Dictionary<string, string> Elsewhere = new[]
    {
        "System.Security.Authentication.AuthenticationException, System.Net.Security",
        "System.IO.DriveNotFoundException, System.IO.FileSystem.DriveInfo",
        "System.Net.Http.HttpRequestException, System.Net.Http",
        "System.ComponentModel.InvalidAsynchronousStateException, System.ComponentModel.Primitives",
        "System.ComponentModel.InvalidEnumArgumentException, System.ComponentModel.Primitives",
        "System.Text.Json.JsonException, System.Text.Json",
        "System.Net.ProtocolViolationException, System.Net.Requests",
        "System.Text.RegularExpressions.RegexMatchTimeoutException, System.Text.RegularExpressions",
        "System.Text.RegularExpressions.RegexParseException, System.Text.RegularExpressions",
        "System.Net.Sockets.SocketException, System.Net.Primitives",
        "System.UriFormatException, System.Runtime",
        "System.Net.WebException, System.Net.Requests",
        "System.Xml.XmlException, System.Xml.ReaderWriter",
        "System.ComponentModel.Win32Exception, Microsoft.Win32.Primitives",
        "System.Threading.BarrierPostPhaseException, System.Threading",
        "System.Xml.Schema.XmlSchemaException, System.Xml.ReaderWriter",
        "System.Xml.XPath.XPathException, System.Xml.XPath",
        "System.Net.CookieException, System.Net.Primitives",
        "System.Data.DataException, System.Data.Common",
    }.ToDictionary(name => name[..name.IndexOf(',', StringComparison.Ordinal)]);

    private static readonly ConcurrentDictionary<string, Type> ByName = new(new[]
    {
        typeof(Exception), typeof(SystemException), typeof(ApplicationException), typeof(AggregateException),
        typeof(AccessViolationException), typeof(AmbiguousMatchException), typeof(AppDomainUnloadedException),
        typeof(ArgumentException), typeof(ArgumentNullException), typeof(ArgumentOutOfRangeException),
        typeof(ArithmeticException), typeof(ArrayTypeMismatchException), typeof(BadImageFormatException),
        typeof(CannotUnloadAppDomainException), typeof(CryptographicException), typeof(COMException), typeof(CultureNotFoundException),
        typeof(CustomAttributeFormatException), typeof(DataMisalignedException), typeof(DecoderFallbackException),
        typeof(DirectoryNotFoundException), typeof(DivideByZeroException), typeof(DllNotFoundException),
        typeof(DuplicateWaitObjectException), typeof(EncoderFallbackException), typeof(EndOfStreamException),
        typeof(EntryPointNotFoundException), typeof(ExternalException), typeof(FieldAccessException), typeof(FileLoadException),
        typeof(FileNotFoundException), typeof(FormatException), typeof(IndexOutOfRangeException),
        typeof(InsufficientExecutionStackException), typeof(InsufficientMemoryException), typeof(InvalidCastException),
        typeof(InvalidDataException), typeof(InvalidOperationException), typeof(InvalidProgramException),
        typeof(InvalidTimeZoneException), typeof(IOException), typeof(KeyNotFoundException), typeof(LockRecursionException),
        typeof(MemberAccessException), typeof(MethodAccessException), typeof(MissingFieldException),
        typeof(MissingManifestResourceException), typeof(MissingMemberException), typeof(MissingMethodException),
        typeof(MulticastNotSupportedException), typeof(NotFiniteNumberException), typeof(NotImplementedException),
        typeof(NotSupportedException), typeof(NullReferenceException), typeof(ObjectDisposedException),
        typeof(OperationCanceledException), typeof(OutOfMemoryException), typeof(OverflowException),
        typeof(PathTooLongException), typeof(PlatformNotSupportedException), typeof(RankException), typeof(SecurityException),
        typeof(SEHException), typeof(SwitchExpressionException), typeof(SynchronizationLockException), typeof(TargetException),
        typeof(TargetInvocationException), typeof(TargetParameterCountException), typeof(TaskCanceledException),
        typeof(TaskSchedulerException), typeof(ThreadInterruptedException), typeof(ThreadStateException),
        typeof(TimeoutException), typeof(TimeZoneNotFoundException), typeof(TypeAccessException),
        typeof(TypeInitializationException), typeof(TypeLoadException), typeof(UnauthorizedAccessException),
        typeof(UnreachableException), typeof(VerificationException), typeof(StackOverflowException), typeof(MarshalDirectiveException),
        typeof(AbandonedMutexException), typeof(SemaphoreFullException), typeof(WaitHandleCannotBeOpenedException),

        // Our own: an executor that is used within a worker fails with these.
        typeof(TaskSerializationException), typeof(TerminatedWorkerException), typeof(TaskTimeoutException),
        typeof(BrokenExecutorException), typeof(ShutdownExecutorException), typeof(LokyRecursionException),
    }.ToDictionary(type => type.FullName!));

    public static IEnumerable<string> Names => ByName.Keys.Union(Elsewhere.Keys);

    public static bool Has(string name) => ByName.ContainsKey(name) || Elsewhere.ContainsKey(name);

    /// <summary>Finds the exception of that name, or <see langword="null"/>.</summary>
    public static Type? Find(string name) =>
        ByName.TryGetValue(name, out Type? type) ? type
        : Elsewhere.TryGetValue(name, out string? qualified) ? ByName.GetOrAdd(name, Type.GetType(qualified, throwOnError: true)!)
        : null;

    /// <summary>Finds the exception of that name in an assembly, or <see langword="null"/>.</summary>
    public static Type? Find(AssemblyReference assembly, string name) =>
        Find(name) is { } type && (assembly.Path is null || type.Assembly.GetName().Name == assembly.SimpleName) ? type : null;
}
