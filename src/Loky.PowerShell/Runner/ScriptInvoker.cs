using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Reflection;

namespace Loky.PowerShell.Runner;

/// <summary>
/// Runs a scriptblock on one item, in a scope of its own, its output going down the pipeline as it is written.
/// </summary>
/// <remarks>
/// <c>ForEach-Object</c> uses <c>ScriptBlock.InvokeUsingCmdlet</c> for this, which is not public. Where a version of
/// PowerShell lacks it, the public <c>InvokeWithContext</c> does the same but for the streaming within an item.
/// </remarks>
internal sealed class ScriptInvoker
{
    private const int WriteToCurrentErrorPipe = 1;
    private static readonly MethodInfo? InvokeUsingCmdlet = FindInvokeUsingCmdlet();

    private readonly Cmdlet _cmdlet;
    private readonly ScriptBlock _script;
    private readonly object?[] _arguments;
    private readonly MethodInvoker? _invoke;
    private readonly object?[] _parameters = [];

    /// <summary>Creates an invoker for the items of one call.</summary>
    public ScriptInvoker(Cmdlet cmdlet, ScriptCallState call)
    {
        _cmdlet = cmdlet;
        _script = call.Script;
        _arguments = call.Arguments;
        if (InvokeUsingCmdlet is not null)
        {
            _invoke = MethodInvoker.Create(InvokeUsingCmdlet);
            object errorHandling = Enum.ToObject(InvokeUsingCmdlet.GetParameters()[2].ParameterType, WriteToCurrentErrorPipe);
            _parameters = [cmdlet, true, errorHandling, null, Array.Empty<object>(), AutomationNull.Value, _arguments];
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

        _parameters[3] = item;
        try
        {
            _invoke.Invoke(_script, _parameters.AsSpan());
        }
        finally
        {
            // The worker may wait for ever for the next item, and must not keep this one meanwhile.
            _parameters[3] = null;
        }
    }

    private static MethodInfo? FindInvokeUsingCmdlet()
    {
        MethodInfo? method = typeof(ScriptBlock).GetMethod("InvokeUsingCmdlet", BindingFlags.Instance | BindingFlags.NonPublic);
        string[] expected = ["contextCmdlet", "useLocalScope", "errorHandlingBehavior", "dollarUnder", "input", "scriptThis", "args"];
        return method is not null && method.GetParameters().Select(static parameter => parameter.Name).SequenceEqual(expected) ? method : null;
    }
}
