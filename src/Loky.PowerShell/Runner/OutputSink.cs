using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Reflection;

namespace Loky.PowerShell.Runner;

/// <summary>
/// The end of the worker's pipeline: takes each object as soon as the scriptblock has written it, straight from the pipe
/// of the command that runs it.
/// </summary>
/// <remarks>
/// PowerShell ends pipelines in collections so, but not publicly. A command at the end would do the same, and does in a
/// version that lacks this; but binding its parameter to each object takes a third of the time of a trivial item.
/// </remarks>
internal sealed class OutputSink(Cmdlet command, ItemPump pump) : Collection<PSObject>
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    private static readonly PropertyInfo? OutputPipe =
        typeof(PSObject).Assembly.GetType("System.Management.Automation.MshCommandRuntime")?.GetProperty("OutputPipe", Members);

    private static readonly ConstructorInfo? NewPipe = OutputPipe?.PropertyType.GetConstructor(Members, [typeof(Collection<PSObject>)]);

    /// <summary>Gets a value indicating whether this version of PowerShell has what this needs.</summary>
    public static bool IsSupported { get; } = OutputPipe is { CanWrite: true } && NewPipe is not null;

    /// <summary>Gets where a command writes to, or null where this version of PowerShell keeps it elsewhere.</summary>
    public static object? PipeOf(Cmdlet command) => OutputPipe?.GetValue(command.CommandRuntime);

    /// <summary>Takes what the command writes from here on.</summary>
    public void Attach() => OutputPipe!.SetValue(command.CommandRuntime, NewPipe!.Invoke([this]));

    /// <inheritdoc/>
    protected override void InsertItem(int index, PSObject item)
    {
        // Other pipes ask this of the pipeline that they belong to.
        if (command.Stopping)
        {
            throw new PipelineStoppedException();
        }

        pump.WriteOutput(item);
    }
}
