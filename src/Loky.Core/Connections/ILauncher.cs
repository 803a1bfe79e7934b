using Loky.Remote;

namespace Loky.Connections;

/// <summary>Makes workers, wherever they run and whatever carries their frames. Thread-safe.</summary>
internal interface ILauncher
{
    /// <summary>Gets the environment that all workers get: this process's, as it was when it was first needed.</summary>
    IReadOnlyDictionary<string, string> BaseEnvironment { get; }

    /// <summary>Makes the connection to a worker that is not there yet; <see cref="IConnection.Start"/> starts both.</summary>
    IConnection Create(IConnectionOwner owner);

    /// <summary>Gets how many workers there is room for now. Does not block.</summary>
    int Room => int.MaxValue;

    /// <summary>Gets the hosts that it has workers on; none where it has only this machine.</summary>
    IReadOnlyList<HostStatus> Hosts => [];

    void Attach(ILauncherOwner owner)
    {
    }

    /// <summary>Notes how many workers there may be, for those that start from now on. Does not block; called under the pool's lock. How
    /// many of them a host has is not changed by it.</summary>
    void OnResized(int maxWorkers)
    {
    }

    /// <summary>Ends what it has beside its workers, which are gone.</summary>
    Task CloseAsync() => Task.CompletedTask;

    /// <summary>Does so by force, from a process that ends before anything else can.</summary>
    void KillNow()
    {
    }
}
