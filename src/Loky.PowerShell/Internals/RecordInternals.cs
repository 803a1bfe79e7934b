using System.Management.Automation.Language;

namespace Loky.PowerShell.Internals;

/// <summary>Members of error records and other records, and of where they were made.</summary>
internal static class RecordInternals
{
    /// <summary>Makes an error record with all of its parts. Without it, they are set one by one.</summary>
    public static readonly InternalConstructor<ErrorRecord> NewErrorRecord = new(
        typeof(ErrorRecord),
        typeof(Exception),
        typeof(object),
        typeof(string),
        typeof(ErrorCategory),
        typeof(string),
        typeof(string),
        typeof(string),
        typeof(string),
        typeof(string),
        typeof(string),
        typeof(string));

    /// <summary>Where an error was made. Without it, it says where the caller received it; in a job its identifier names no
    /// command.</summary>
    public static readonly InternalField<InvocationInfo> Invocation = new(typeof(ErrorRecord), "_invocationInfo");

    /// <summary>The script trace of an error. Without it, an error has none, or the caller's.</summary>
    public static readonly InternalField<string> StackTrace = new(typeof(ErrorRecord), "_scriptStackTrace");

    /// <summary>What an error is about. Without it, another record takes the place of the error: an object that refers to its
    /// error has the first.</summary>
    public static readonly InternalField<object> Target = new(typeof(ErrorRecord), "_target");

    /// <summary>Keeps an error's origin when it is written again. Without it, it says where the caller received it.</summary>
    public static readonly InternalProperty<bool> PreserveOrigin = new(typeof(ErrorRecord), "PreserveInvocationInfoOnce");

    /// <summary>Sets where a warning, verbose or debug record was made. Without it, such a record does not say.</summary>
    public static readonly InternalMethod SetInvocation = new(typeof(InformationalRecord), "SetInvocationInfo", typeof(void), typeof(InvocationInfo));

    /// <summary>The place in a script that a record is of. Without it, the one that PowerShell shows is taken.</summary>
    public static readonly InternalDelegate<Func<InvocationInfo, IScriptExtent?>> ScriptPosition =
        new(typeof(InvocationInfo), "get_ScriptPosition", typeof(IScriptExtent));

    /// <summary>Sets the name that a command was called by. Without it, the name is empty.</summary>
    public static readonly InternalDelegate<Action<InvocationInfo, string?>> SetInvocationName =
        new(typeof(InvocationInfo), "set_InvocationName", typeof(void), typeof(string));

    /// <summary>Sets how many commands a pipeline has. Without it, <c>$MyInvocation</c> in a block says 0.</summary>
    public static readonly InternalDelegate<Action<InvocationInfo, int>> SetPipelineLength =
        new(typeof(InvocationInfo), "set_PipelineLength", typeof(void), typeof(int));

    /// <summary>Sets a command's place in its pipeline. Without it, <c>$MyInvocation</c> in a block says 0.</summary>
    public static readonly InternalDelegate<Action<InvocationInfo, int>> SetPipelinePosition =
        new(typeof(InvocationInfo), "set_PipelinePosition", typeof(void), typeof(int));

    /// <summary>Sets who called a command. Without it, <c>$MyInvocation</c> in a block says: from within.</summary>
    public static readonly InternalDelegate<Action<InvocationInfo, CommandOrigin>> SetCommandOrigin =
        new(typeof(InvocationInfo), "set_CommandOrigin", typeof(void), typeof(CommandOrigin));

    /// <summary>Stands for a command of another process. Without it, a record does not say which command made it.</summary>
    public static readonly InternalConstructor<CommandInfo> NewCommand = new(InternalTypes.RemoteCommandInfo, typeof(string), typeof(CommandTypes));

    /// <summary>The place of what no script made. Without it, an empty text's; PowerShell makes <c>$MyInvocation</c>.</summary>
    public static readonly InternalProperty<IScriptExtent> Nowhere = new(InternalTypes.PositionUtilities, "EmptyExtent");

    /// <summary>Makes what stands for another exception. Without it, one has only its message and inner exception.</summary>
    public static readonly InternalConstructor<Exception> NewRemoteException =
        new(typeof(System.Management.Automation.RemoteException), typeof(string), typeof(PSObject), typeof(PSObject));
}
