using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Reflection;
using System.Resources;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;

namespace Loky.Serialization;

/// <summary>The exceptions of .NET that are data and nothing else, so that any process may ask for them.</summary>
internal static class KnownExceptions
{
    private static readonly Dictionary<string, Type> ByName = new[]
    {
        typeof(Exception), typeof(SystemException), typeof(ApplicationException), typeof(AggregateException),
        typeof(AccessViolationException), typeof(AmbiguousMatchException), typeof(AppDomainUnloadedException),
        typeof(ArgumentException), typeof(ArgumentNullException), typeof(ArgumentOutOfRangeException), typeof(ArithmeticException),
        typeof(ArrayTypeMismatchException), typeof(AuthenticationException), typeof(BadImageFormatException),
        typeof(CannotUnloadAppDomainException), typeof(COMException), typeof(CryptographicException), typeof(CultureNotFoundException),
        typeof(CustomAttributeFormatException), typeof(DataMisalignedException), typeof(DecoderFallbackException),
        typeof(DirectoryNotFoundException), typeof(DivideByZeroException), typeof(DllNotFoundException), typeof(DriveNotFoundException),
        typeof(DuplicateWaitObjectException), typeof(EncoderFallbackException), typeof(EndOfStreamException),
        typeof(EntryPointNotFoundException), typeof(ExternalException), typeof(FieldAccessException), typeof(FileLoadException),
        typeof(FileNotFoundException), typeof(FormatException), typeof(HttpRequestException), typeof(IndexOutOfRangeException),
        typeof(InsufficientExecutionStackException), typeof(InsufficientMemoryException), typeof(InvalidAsynchronousStateException),
        typeof(InvalidCastException), typeof(InvalidDataException), typeof(InvalidEnumArgumentException),
        typeof(InvalidOperationException), typeof(InvalidProgramException), typeof(InvalidTimeZoneException), typeof(IOException),
        typeof(JsonException), typeof(KeyNotFoundException), typeof(LockRecursionException), typeof(MemberAccessException),
        typeof(MethodAccessException), typeof(MissingFieldException), typeof(MissingManifestResourceException),
        typeof(MissingMemberException), typeof(MissingMethodException), typeof(MulticastNotSupportedException),
        typeof(NotFiniteNumberException), typeof(NotImplementedException), typeof(NotSupportedException), typeof(NullReferenceException),
        typeof(ObjectDisposedException), typeof(OperationCanceledException), typeof(OutOfMemoryException), typeof(OverflowException),
        typeof(PathTooLongException), typeof(PlatformNotSupportedException), typeof(ProtocolViolationException), typeof(RankException),
        typeof(RegexMatchTimeoutException), typeof(RegexParseException), typeof(SecurityException), typeof(SEHException),
        typeof(SocketException), typeof(SwitchExpressionException), typeof(SynchronizationLockException), typeof(TargetException),
        typeof(TargetInvocationException), typeof(TargetParameterCountException), typeof(TaskCanceledException),
        typeof(TaskSchedulerException), typeof(ThreadInterruptedException), typeof(ThreadStateException), typeof(TimeoutException),
        typeof(TimeZoneNotFoundException), typeof(TypeAccessException), typeof(TypeInitializationException), typeof(TypeLoadException),
        typeof(UnauthorizedAccessException), typeof(UnreachableException), typeof(UriFormatException),
        typeof(VerificationException), typeof(WebException), typeof(Win32Exception), typeof(XmlException),
        typeof(TaskSerializationException),
    }.ToDictionary(type => type.FullName!);

    /// <summary>Finds the exception of that name, or <see langword="null"/>.</summary>
    public static Type? Find(AssemblyReference assembly, string name) =>
        ByName.TryGetValue(name, out Type? type) && (assembly.Path is null || type.Assembly.GetName().Name == assembly.SimpleName) ? type : null;
}
