using System.Management.Automation.Internal;

namespace Loky.PowerShell.Execution;

/// <summary>Takes objects straight out of a cmdlet's input pipe: to bind the parameters anew for every object takes longer than
/// the rest of a trivial item does.</summary>
/// <remarks>What was bound for the first object holds for all, as nothing but the object itself is taken from the pipeline. Only
/// elements of a collection in front of the cmdlet come so; what another command writes comes as a record each. The pipe is not
/// public; without it every object is bound. For the pipeline thread only, while it processes a record.</remarks>
internal sealed class DirectInput
{
    private readonly Func<object?> _retrieve;

    private DirectInput(Func<object?> retrieve) => _retrieve = retrieve;

    /// <summary>Gets the input of a cmdlet; null where there is no such way to it.</summary>
    public static DirectInput? Of(PSCmdlet cmdlet) =>
        CommandInternals.InputPipe.Get(cmdlet.CommandRuntime) is { } pipe && CommandInternals.Retrieve.Info is { } retrieve
            ? new DirectInput(retrieve.CreateDelegate<Func<object?>>(pipe))
            : null;

    public bool TryTake(out object? item)
    {
        item = _retrieve();
        return item != AutomationNull.Value;
    }
}
