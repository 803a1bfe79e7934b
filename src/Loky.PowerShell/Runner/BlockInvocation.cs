using Loky.PowerShell.Capture;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Runner;

/// <summary>Makes a block's <c>$MyInvocation</c>, like that in other parallel commands: of a script of its own.</summary>
internal static class BlockInvocation
{
    /// <summary>Null where this version of PowerShell lacks what it takes: PowerShell makes one then.</summary>
    public static InvocationInfo? Of(PSCmdlet cmdlet, ScriptCallState call)
    {
        if (SessionInternals.ContextOfCommand.Get(cmdlet) is not { } context || RecordInternals.Nowhere.Get(null) is not { } nowhere || !ScriptInternals.NewScript.IsPresent)
        {
            return null;
        }

        // The block itself has in front of its text what puts it on the right line.
        ScriptBlock script = call.Text(CallSetup.Script) is { } text && PSInternals.NewScriptBlock(text) is { } block ? block : call.Script;
        InvocationInfo invocation = InvocationInfo.Create(ScriptInternals.NewScript.New(string.Empty, script, context), nowhere);
        RecordInternals.SetPipelineLength.Info?.Invoke(invocation, 1);
        RecordInternals.SetPipelinePosition.Info?.Invoke(invocation, 1);
        RecordInternals.SetCommandOrigin.Info?.Invoke(invocation, CommandOrigin.Runspace);
        return invocation;
    }
}
