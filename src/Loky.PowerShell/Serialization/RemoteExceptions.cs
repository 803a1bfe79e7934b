using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Loky.PowerShell.Serialization;

/// <summary>Makes the exceptions that stand for those of another process whose type is not rebuilt here.</summary>
internal static class RemoteExceptions
{
    private static readonly ConstructorInfo? WithBag = typeof(System.Management.Automation.RemoteException).GetConstructor(
        BindingFlags.Instance | BindingFlags.NonPublic, null, [typeof(string), typeof(PSObject), typeof(PSObject)], null);

    /// <summary>Makes one that has <paramref name="bag"/> as its <c>SerializedRemoteException</c>.</summary>
    public static Exception Create(string message, Exception? inner, PSObject bag)
    {
        if (WithBag is null)
        {
            return new RuntimeException(message, inner);
        }

        var exception = (Exception)WithBag.Invoke([message, bag, null]);
        Inner(exception) = inner;
        return exception;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_innerException")]
    private static extern ref Exception? Inner(Exception exception);
}
