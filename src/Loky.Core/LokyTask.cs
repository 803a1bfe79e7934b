using Loky.Hosting;

namespace Loky;

/// <summary>What a task can ask about the way it is run.</summary>
public static class LokyTask
{
    /// <summary>Gets which attempt at the current task this is: 1 at first, more after lost workers; 0 outside workers.</summary>
    public static int Attempt => WorkerContext.Attempt;

    /// <summary>Gets how deep this process is nested: 0 in a process that is no worker, 1 in its workers, and so on.</summary>
    public static int Depth => WorkerContext.Depth;
}
