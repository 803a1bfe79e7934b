namespace Loky.Remote;

/// <summary>A machine that workers of a pool run on, as its launcher sees it.</summary>
internal abstract class PoolHost
{
    public abstract string Name { get; }

    public abstract HostStage Stage { get; }

    /// <summary>Gets how many workers there may be, as far as that is known: 1 before.</summary>
    public abstract int Places { get; }

    /// <summary>Gets or sets how many places are taken; guarded by the launcher's lock.</summary>
    public int Used { get; set; }

    /// <summary>Gets a value indicating whether a worker starts there at once.</summary>
    public bool IsUp => Stage == HostStage.Connected;

    /// <summary>Starts a worker, now or when the host is reached.</summary>
    public abstract void Begin(PlacedConnection worker);

    public abstract HostStatus GetStatus();

    /// <summary>A worker that was begun is gone.</summary>
    public virtual void OnGone()
    {
    }

    /// <summary>Ends the connection there, if any, and what carries it.</summary>
    public virtual Task CloseAsync() => Task.CompletedTask;

    /// <summary>Does so by force, at once.</summary>
    public virtual void KillNow()
    {
    }
}
