namespace Loky.Hosting;

/// <summary>Runs the items of task groups of some kind in a worker process.</summary>
internal interface IRunner
{
    /// <summary>Prepares for the first item, before the worker reports that it is ready.</summary>
    /// <param name="settings">What the parent gave for this, in a form of the runner's own.</param>
    /// <param name="records">Takes what is written meanwhile, for the parent to show.</param>
    void Start(ReadOnlyMemory<byte> settings, RecordTarget records);

    /// <summary>
    /// Runs items of one group until <see cref="ItemSource.TryNext"/> has no more. An exception that leaves this method
    /// fails the current item; the method is then called again for the rest.
    /// </summary>
    void Run(ItemSource items);

    /// <summary>Asks the running item of a group to stop. Called on another thread; must not block.</summary>
    void Stop(WorkerGroup group);

    /// <summary>Drops what is kept for a group.</summary>
    void End(WorkerGroup group);
}
