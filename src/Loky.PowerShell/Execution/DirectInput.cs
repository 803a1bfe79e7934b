using System.Management.Automation;
using System.Management.Automation.Internal;
using Loky.PowerShell.Internals;

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
    private readonly Func<object?> _retrieve;

    private DirectInput(Func<object?> retrieve) => _retrieve = retrieve;

    /// <summary>Gets the input of a cmdlet; null where there is no such way to it.</summary>
    public static DirectInput? Of(PSCmdlet cmdlet) =>
        CommandInternals.InputPipe.Get(cmdlet.CommandRuntime) is { } pipe && CommandInternals.Retrieve.Info is { } retrieve
            ? new DirectInput(retrieve.CreateDelegate<Func<object?>>(pipe))
            : null;

    /// <summary>Takes the next object, if the pipe has one or can fetch one.</summary>
    public bool TryTake(out object? item)
    {
        item = _retrieve();
        return item != AutomationNull.Value;
    }
}
