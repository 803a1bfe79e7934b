using System.Collections.ObjectModel;

namespace Loky.PowerShell.Runner;

/// <summary>The end of the worker's pipeline: takes each object as soon as the scriptblock has written it, straight from the pipe
/// of the command that runs it.</summary>
/// <remarks>PowerShell ends pipelines in collections so, but not publicly. A command at the end would do the same, and does in a
/// version that lacks this; but binding its parameter to each object takes a third of the time of a trivial item.</remarks>
internal sealed class OutputSink(Cmdlet command, ItemPump pump) : Collection<PSObject>
{
    public static bool IsSupported { get; } = CommandInternals.OutputPipe.CanSet && CommandInternals.NewPipe.IsPresent;

    /// <summary>Gets where a command writes to, or null where this version of PowerShell keeps it elsewhere.</summary>
    public static object? PipeOf(Cmdlet command) => CommandInternals.OutputPipe.Get(command.CommandRuntime);

    public void Attach() => CommandInternals.OutputPipe.Set(command.CommandRuntime, CommandInternals.NewPipe.New(this));

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
