using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Reflection;

namespace Loky.PowerShell.Runner;

/// <summary>
/// Runs a scriptblock on one item, in a scope of its own, its output going down the pipeline as it is written.
/// </summary>
/// <remarks>
/// <c>ForEach-Object</c> uses <c>ScriptBlock.InvokeWithPipe</c> for this, which is not public. Where a version of
/// PowerShell lacks it, the public <c>InvokeWithContext</c> does the same but for the streaming within an item.
/// </remarks>
internal sealed class ScriptInvoker
{
    private const int WriteToCurrentErrorPipe = 1;
    private const int Item = 2;
    private static readonly MethodInfo? InvokeWithPipe = FindInvokeWithPipe();

    private readonly Cmdlet _cmdlet;
    private readonly ScriptBlock _script;
    private readonly object?[] _arguments;
    private readonly MethodInvoker? _invoke;
    private readonly object?[] _parameters = [];

    /// <summary>Creates an invoker for the items of one call.</summary>
    public ScriptInvoker(PSCmdlet cmdlet, ScriptCallState call)
    {
        _cmdlet = cmdlet;
        _script = call.Script;
        _arguments = ArgumentOrder.For(call.Script, call.Arguments);
        if (InvokeWithPipe is not null && OutputSink.PipeOf(cmdlet) is { } pipe)
        {
            _invoke = MethodInvoker.Create(InvokeWithPipe);
            object errorHandling = Enum.ToObject(InvokeWithPipe.GetParameters()[1].ParameterType, WriteToCurrentErrorPipe);

            // Without the invocation PowerShell would make one for each item, and search the stack for who made it.
            object? invocation = BlockInvocation.Of(cmdlet, call);
            _parameters = [true, errorHandling, null, Array.Empty<object>(), AutomationNull.Value, pipe, invocation, false, null, null, _arguments];
        }
    }

    /// <summary>Runs the scriptblock with <c>$_</c> set to <paramref name="item"/>.</summary>
    public void Invoke(object? item)
    {
        if (_invoke is null)
        {
            foreach (PSObject result in _script.InvokeWithContext(null, [new PSVariable("_", item)], _arguments))
            {
                _cmdlet.WriteObject(result);
            }

            return;
        }

        _parameters[Item] = item;
        try
        {
            _invoke.Invoke(_script, _parameters.AsSpan());
        }
        finally
        {
            // The worker may wait for ever for the next item, and must not keep this one meanwhile.
            _parameters[Item] = null;
        }
    }

    private static MethodInfo? FindInvokeWithPipe()
    {
        MethodInfo? method = typeof(ScriptBlock).GetMethod("InvokeWithPipe", BindingFlags.Instance | BindingFlags.NonPublic);
        string[] expected =
        [
            "useLocalScope", "errorHandlingBehavior", "dollarUnder", "input", "scriptThis", "outputPipe", "invocationInfo",
            "propagateAllExceptionsToTop", "variablesToDefine", "functionsToDefine", "args",
        ];
        return method is not null && method.GetParameters().Select(static parameter => parameter.Name).SequenceEqual(expected) ? method : null;
    }
}
