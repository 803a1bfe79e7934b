using System.Runtime.ExceptionServices;

namespace Loky.PowerShell.Serialization;

/// <summary>Makes the exceptions that stand for those of another process whose type is not rebuilt here.</summary>
internal static class RemoteExceptions
{
    /// <summary>Makes one with <paramref name="bag"/> as <c>SerializedRemoteException</c>, where PowerShell lets it.</summary>
    public static Exception Create(string message, Exception? inner, PSObject bag)
    {
        return RecordInternals.NewRemoteException.New(message, bag, null) is { } exception
            && (inner is null || FrameworkInternals.InnerException.Set(exception, inner))
                ? exception
                : new System.Management.Automation.RemoteException(message, inner);
    }

    /// <summary>Makes of an exception that stands for another in the core's way the one that stands for it in PowerShell's, or
    /// the other itself, where PowerShell can rebuild it.</summary>
    public static Exception OfCore(Exception exception)
    {
        if (exception is not Loky.RemoteException remote)
        {
            return exception;
        }

        Exception[] inner = remote.InnerException is { } one ? [OfCore(one)] : [];
        var parts = new ExceptionParts(
            [remote.OriginalTypeName, typeof(Exception).FullName!, typeof(object).FullName!],
            remote.Message,
            remote.StackTrace,
            remote.HResult,
            inner,
            []);
        Exception result = ExceptionTypes.Create(parts) ?? PSExceptionFormatter.CreateRemote(parts);
        result.HResult = remote.HResult;
        foreach (System.Collections.DictionaryEntry entry in remote.Data)
        {
            result.Data[entry.Key] = entry.Value;
        }

        return remote.StackTrace is { Length: > 0 } stack ? ExceptionDispatchInfo.SetRemoteStackTrace(result, stack) : result;
    }
}
