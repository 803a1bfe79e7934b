namespace Loky.Hosting;

internal interface IRunner
{
    /// <summary>Does what needs no settings, while the worker connects; on the thread that runs items, as all but <see cref="Stop"/>.</summary>
    /// <remarks>It runs no code of the user's and starts no process: the environment is the user's from <see cref="Start"/> on only.</remarks>
    void Prepare()
    {
    }

    /// <summary>Prepares for the first item, by settings in its own form; writes meanwhile to <c>records</c>.</summary>
    void Start(ReadOnlyMemory<byte> settings, RecordTarget records);

    /// <summary>Runs a group's items; called again for the rest after an exception, which fails the current one.</summary>
    void Run(ItemSource items);

    /// <summary>Asks the running item of a group to stop; called on another thread, must not block.</summary>
    void Stop(WorkerGroup group);

    void End(WorkerGroup group);
}
