using System.Management.Automation.Internal;
using System.Management.Automation.Runspaces;
using Loky.PowerShell.Capture;

namespace Loky.PowerShell.Runner;

/// <summary>Runs a scriptblock on one item, in a scope of its own, its output going down the pipeline as it is written.</summary>
/// <remarks><c>ForEach-Object</c> uses <c>ScriptBlock.InvokeWithPipe</c> for this, which is not public. Where a version of
/// PowerShell lacks it, a script around the block does the same, with a scope more.</remarks>
internal sealed class ScriptInvoker
{
    private const int WriteToCurrentErrorPipe = 1;

    // The names are ones that no block uses, which could see these variables.
    private const string CallText = "$_, $__lokyBlock, $__lokyArguments = $args; & $__lokyBlock @__lokyArguments";
    private const string CallProcessText = "$null, $__lokyBlock, $__lokyArguments = $args; , $args[0] | & $__lokyBlock @__lokyArguments";

    private readonly PSCmdlet _cmdlet;
    private readonly ScriptBlock _script;
    private readonly object?[] _arguments;
    private readonly ScriptInternals.InvokeScript? _invoke;
    private readonly object? _pipe;
    private readonly InvocationInfo? _invocation;

    public ScriptInvoker(PSCmdlet cmdlet, ScriptCallState call)
    {
        _cmdlet = cmdlet;
        _script = call.Script;
        _arguments = call.Arguments;
        _pipe = OutputSink.PipeOf(cmdlet);
        if (_pipe is not null && ScriptInternals.InvokeWithPipe.Info is { } invoke)
        {
            _invoke = invoke;
            _arguments = ArgumentOrder.For(call.Script, call.Arguments);

            // Without the invocation PowerShell would make one for each item, and search the stack for who made it.
            _invocation = BlockInvocation.Of(cmdlet, call);
        }
    }

    public void Invoke(object? item)
    {
        if (_invoke is null)
        {
            string text = ScriptText.RootOf(_script).ProcessBlock is null ? CallText : CallProcessText;
            _ = _cmdlet.InvokeCommand.InvokeScript(
                text, useNewScope: true, PipelineResultTypes.Output | PipelineResultTypes.Error, input: null, item, _script, _arguments);
            return;
        }

        _invoke(
            _script, useLocalScope: true, WriteToCurrentErrorPipe, item, Array.Empty<object>(), AutomationNull.Value, _pipe!, _invocation, propagateAllExceptions: false, null, null, _arguments);
    }
}
