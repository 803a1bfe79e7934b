using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Reflection;

namespace Loky.PowerShell.Execution;

/// <summary>
/// Takes objects straight out of a cmdlet's input pipe, past the binding of parameters: to look at every parameter again
/// for every object takes longer than the rest of a trivial item does.
/// </summary>
/// <remarks>
/// What was bound for the first object holds for all, as nothing but the object itself is taken from the pipeline. Only
/// what the pipe has, or can fetch, is taken: the elements of a collection in front of the cmdlet. What another command
/// writes comes one by one, as a record each. The pipe is not public; where a version of PowerShell has another, every
/// object is bound. For the pipeline thread only, while it processes a record.
/// </remarks>
internal sealed class DirectInput
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    private static readonly PropertyInfo? InputPipe =
        typeof(PSObject).Assembly.GetType("System.Management.Automation.MshCommandRuntime")?.GetProperty("InputPipe", Members);

    private static readonly MethodInfo? Retrieve = InputPipe?.PropertyType.GetMethod("Retrieve", Members, []);

    private readonly Func<object?> _retrieve;

    private DirectInput(object pipe) => _retrieve = Retrieve!.CreateDelegate<Func<object?>>(pipe);

    /// <summary>Gets the input of a cmdlet; null where there is no such way to it.</summary>
    public static DirectInput? Of(PSCmdlet cmdlet) =>
        Retrieve?.ReturnType == typeof(object) && InputPipe!.DeclaringType!.IsInstanceOfType(cmdlet.CommandRuntime) && InputPipe.GetValue(cmdlet.CommandRuntime) is { } pipe
            ? new DirectInput(pipe)
            : null;

    /// <summary>Takes the next object, if the pipe has one or can fetch one.</summary>
    public bool TryTake(out object? item)
    {
        item = _retrieve();
        return item != AutomationNull.Value;
    }
}
