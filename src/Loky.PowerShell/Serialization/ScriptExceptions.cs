using System.Reflection;
using System.Runtime.CompilerServices;

namespace Loky.PowerShell.Serialization;

/// <summary>Exceptions of classes that both sides have from the caller's script. None of the script's code runs when one is
/// rebuilt, only the constructor of the framework's exception that its classes derive from; then its fields are set.</summary>
internal static class ScriptExceptions
{
    private static readonly ConstructorInfo Plain = typeof(Exception).GetConstructor([typeof(string), typeof(Exception)])!;

    /// <summary>Tells whether a type and its script-defined bases are exception classes that both sides have.</summary>
    public static bool IsKnown(KnownTypes? known, Type type) =>
        known is { IsEmpty: false } && typeof(Exception).IsAssignableFrom(type) && known.BaseOf(type) is { } framework && framework != type
        && !KnownTypes.IsOfScript(framework);

    public static Exception? Create(KnownTypes? known, ExceptionParts parts)
    {
        if (parts.TypeNames.Length == 0
            || known?.Find(parts.TypeNames[0]) is not { IsAbstract: false, ContainsGenericParameters: false } type
            || !IsKnown(known, type))
        {
            return null;
        }

        var exception = (Exception)RuntimeHelpers.GetUninitializedObject(type);
        (ExceptionTypes.ConstructorOf(known.BaseOf(type)) ?? Plain).Invoke(exception, [parts.Message, parts.FirstInner]);
        if (!ExceptionTypes.TrySetMessage(exception, parts.Message))
        {
            return null;
        }

        KnownInstanceFormatter.BindToSession(type, exception);
        return exception;
    }
}
