using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;
using Loky.PowerShell.Converters;

namespace Loky.PowerShell.Capture;

/// <summary>Values that mean something in one process only: sent as their properties they would look alive and be dead.</summary>
internal static class UnsafeValues
{
    /// <summary>Throws where the value of a variable must not be sent.</summary>
    /// <exception cref="CaptureException">It names the variable, the use of it and the way out.</exception>
    public static void Check(object? value, IScriptExtent use, ConverterTable? converters)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (Describe(bare) is { } why && converters?.Find(bare!.GetType()) is null)
        {
            throw new CaptureException(MessageText.Format(Messages.CaptureUnsafe, use.Text, use.StartLineNumber, bare!.GetType(), why));
        }
    }

    /// <summary>Says why a value must not be sent, or returns null.</summary>
    private static string? Describe(object? value) => value switch
    {
        SafeHandle or IntPtr or UIntPtr => Messages.UnsafeHandle,
        Runspace or RunspacePool or PSSession or PSCmdlet or EngineIntrinsics or PSHost => Messages.UnsafeSession,
        System.Management.Automation.PowerShell or Job => Messages.UnsafeSession,
        Stream or TextReader or TextWriter => Messages.UnsafeStream,
        Thread or Task or WaitHandle => Messages.UnsafeThread,
        _ => null,
    };
}
