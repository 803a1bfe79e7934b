using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Runner;

/// <summary>Makes the <c>$MyInvocation</c> of a block, which tells the same of it as in the other parallel commands: a script of its own.</summary>
internal static class BlockInvocation
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly PropertyInfo? Context = typeof(PSCmdlet).GetProperty("Context", Any);

    private static readonly ConstructorInfo? NewScript = Context is null
        ? null
        : typeof(ScriptInfo).GetConstructor(Any, [typeof(string), typeof(ScriptBlock), Context.PropertyType]);

    private static readonly IScriptExtent? Nowhere = (IScriptExtent?)typeof(PSObject).Assembly
        .GetType("System.Management.Automation.Language.PositionUtilities")?.GetProperty("EmptyExtent", Any)?.GetValue(null);

    private static readonly (MethodInfo? Set, object Value)[] Facts =
    [
        (SetterOf("PipelineLength"), 1),
        (SetterOf("PipelinePosition"), 1),
        (SetterOf("CommandOrigin"), CommandOrigin.Runspace),
    ];

    /// <summary>Makes it of the block's text, or returns null where this version of PowerShell lacks what it takes: PowerShell makes one then.</summary>
    public static InvocationInfo? Of(PSCmdlet cmdlet, ScriptCallState call)
    {
        if (NewScript is null || Nowhere is null)
        {
            return null;
        }

        // The block itself has in front of its text what puts it on the right line.
        ScriptBlock script = call.Text(CallSetup.Script) is { } text && PSInternals.NewScriptBlock(text) is { } block ? block : call.Script;
        var command = (CommandInfo)NewScript.Invoke([string.Empty, script, Context!.GetValue(cmdlet)]);
        InvocationInfo invocation = InvocationInfo.Create(command, Nowhere);
        foreach ((MethodInfo? set, object value) in Facts)
        {
            _ = set?.Invoke(invocation, [value]);
        }

        return invocation;
    }

    private static MethodInfo? SetterOf(string property) => typeof(InvocationInfo).GetProperty(property, Any)?.SetMethod;
}
