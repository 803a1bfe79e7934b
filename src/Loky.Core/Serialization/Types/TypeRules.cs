using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Serialization;

namespace Loky.Serialization;

/// <summary>Which types cannot be sent by their fields, and why.</summary>
internal static class TypeRules
{
    private static readonly Type[] Handles =
    [
        typeof(Stream), typeof(TextReader), typeof(TextWriter), typeof(SafeHandle), typeof(CriticalHandle), typeof(WaitHandle),
        typeof(MarshalByRefObject), typeof(System.Runtime.ConstrainedExecution.CriticalFinalizerObject),
    ];

    private static readonly Type[] Running =
    [
        typeof(Thread), typeof(Task), typeof(ValueTask), typeof(ValueTask<>), typeof(TaskScheduler), typeof(SynchronizationContext),
        typeof(ExecutionContext), typeof(Timer), typeof(CancellationTokenSource), typeof(CancellationTokenRegistration),
        typeof(ThreadLocal<>), typeof(AsyncLocal<>), typeof(SemaphoreSlim), typeof(ManualResetEventSlim), typeof(ReaderWriterLockSlim),
    ];

    // Classes of .NET whose fields mean the same in every process.
    private static readonly Type[] PlainFrameworkTypes = [typeof(Random), typeof(Stopwatch)];

    /// <summary>Gets why values of the type cannot be sent, and the way out; or <see langword="null"/> if they can.</summary>
    public static string? RefusalOf(Type type) =>
        AssemblyFacts.IsInMemory(type.Assembly) ? Messages.TypeInMemory
        : type == typeof(nint) || type == typeof(nuint) || type.IsPointer || type.IsFunctionPointer || type.IsByRef || type.IsByRefLike
            ? Messages.UnsendableAddress
        : type == typeof(CancellationToken) ? Messages.UnsendableCancellationToken
        : IsAny(type, Running) ? Messages.UnsendableRunning
        : IsAny(type, Handles) || type.IsCOMObject || HasFinalizer(type) ? Messages.UnsendableHandle
        : typeof(MemberInfo).IsAssignableFrom(type) || typeof(Assembly).IsAssignableFrom(type) || typeof(Module).IsAssignableFrom(type)
            ? Messages.UnsendableReflection
        : IsOpaque(type) ? Messages.UnsendableFrameworkType
        : null;

    private static bool IsAny(Type type, Type[] kinds) =>
        Fields.LevelsOf(type).Any(level => kinds.Contains(level.IsConstructedGenericType ? level.GetGenericTypeDefinition() : level));

    // A copy would release what the original still holds.
    private static bool HasFinalizer(Type type) =>
        type.IsClass && type.GetMethod("Finalize", BindingFlags.Instance | BindingFlags.NonPublic, []) is { } finalizer
            && finalizer.GetBaseDefinition().DeclaringType == typeof(object) && finalizer.DeclaringType != typeof(object);

    // The classes of .NET hold what is true in one process only, such as hash codes, in fields that differ from version
    // to version, but for those marked as serialized by their fields.
    private static bool IsOpaque(Type type) => Fields.LevelsOf(type)
        .Any(level => level.IsClass && AssemblyFacts.IsFramework(level.Assembly) && !IsPlain(level) && Fields.DeclaredBy(level).Any());

    private static bool IsPlain(Type type) =>
        PlainFrameworkTypes.Contains(type) || PlainFrameworkTypes.Contains(type.DeclaringType)
        || (type.IsDefined(typeof(SerializableAttribute), inherit: false) && !typeof(ISerializable).IsAssignableFrom(type));
}
