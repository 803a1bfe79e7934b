namespace Loky.Hosting;

/// <summary>What code in this process can know about the worker it runs in.</summary>
internal static class WorkerContext
{
    /// <summary>Gets how deep this process is nested: 0 in a process that is no worker, 1 in its workers, and so on.</summary>
    public static int Depth { get; private set; }

    /// <summary>Gets or sets which attempt to run the current item this is; 0 in a process that is no worker.</summary>
    public static int Attempt { get; set; }

    public static void Enter(int depth) => Depth = depth;
}
