using Loky.Hosting;

namespace Loky;

/// <summary>What a task can ask about the way it is run.</summary>
public static class LokyTask
{
    /// <summary>
    /// Gets which attempt to run the current task this is: 1 the first time, more where tasks that were lost with their
    /// worker are run again. 0 in a process that is no worker.
    /// </summary>
    public static int Attempt => WorkerContext.Attempt;

    /// <summary>Gets how deep this process is nested: 0 in a process that is no worker, 1 in its workers, and so on.</summary>
    public static int Depth => WorkerContext.Depth;
}
