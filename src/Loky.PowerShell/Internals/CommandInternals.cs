using System.Collections.ObjectModel;
using System.Management.Automation.Internal;

namespace Loky.PowerShell.Internals;

/// <summary>Members of what runs a command: pipes, switches, ending those in front of it; of jobs and breakpoints.</summary>
internal static class CommandInternals
{
    /// <summary>Where a cmdlet's input comes from. Without it, the parameters of the cmdlet are bound to each object.</summary>
    public static readonly InternalProperty<object> InputPipe = new(InternalTypes.CommandRuntime, "InputPipe", InternalTypes.Pipe);

    /// <summary>Takes an object out of a pipe. Without it, the parameters of the cmdlet are bound to each object.</summary>
    public static readonly InternalMethod Retrieve = new(InternalTypes.Pipe, "Retrieve", typeof(object));

    /// <summary>Where a cmdlet writes to. Without it, a command takes what a block writes, and a script runs the block.</summary>
    public static readonly InternalProperty<object> OutputPipe = new(InternalTypes.CommandRuntime, "OutputPipe", InternalTypes.Pipe);

    /// <summary>Makes a pipe that ends in a collection. Without it, a command at the end takes what a block writes.</summary>
    public static readonly InternalConstructor<object> NewPipe = new(InternalTypes.Pipe, typeof(Collection<PSObject>));

    /// <summary>Whether a cmdlet is verbose. Without it, a block's <c>-Verbose</c> shows only if the caller asks.</summary>
    public static readonly InternalProperty<bool> Verbose = new(InternalTypes.CommandRuntime, "Verbose");

    /// <summary>The same for debug messages. Without it, a block's <c>-Debug</c> shows only if the caller asks.</summary>
    public static readonly InternalProperty<bool> Debug = new(InternalTypes.CommandRuntime, "Debug");

    /// <summary>Makes what ends the commands in front of a cmdlet. Without it, all input is read for nothing.</summary>
    public static readonly InternalConstructor<Exception> StopUpstreamCommands = new(InternalTypes.StopUpstreamCommands, typeof(InternalCommand));

    /// <summary>Sets a job's state with its reason. Without it, the reason is an error among the data of the job.</summary>
    public static readonly InternalDelegate<Action<Job, JobState, Exception>> SetJobState =
        new(typeof(Job), "SetJobState", typeof(void), typeof(JobState), typeof(Exception));

    /// <summary>The code that <c>exit</c> was given. Without it, the error of the item says 0.</summary>
    public static readonly InternalProperty<object> ExitCode = new(typeof(ExitException), "Argument");

    /// <summary>Lists breakpoints. Without it, those that a block sets stay in the worker.</summary>
    public static readonly InternalMethod GetBreakpoints = new(typeof(Debugger), "GetBreakpoints", typeof(List<Breakpoint>));

    /// <summary>Removes a breakpoint. Without it, those that a block sets stay in the worker.</summary>
    public static readonly InternalMethod RemoveBreakpoint = new(typeof(Debugger), "RemoveBreakpoint", typeof(bool), typeof(Breakpoint));
}
