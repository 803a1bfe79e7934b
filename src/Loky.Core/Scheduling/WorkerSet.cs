using System.Collections;

namespace Loky.Scheduling;

/// <summary>
/// The workers of a pool, by what they can do, so that no event has to walk all of them. Guarded by the pool's lock. They
/// are walked in the order of their numbers: who has been there for longest comes first.
/// </summary>
internal sealed class WorkerSet : IReadOnlyCollection<Worker>
{
    private readonly SortedSet<Worker> _all = new(Comparer<Worker>.Create(static (one, other) => one.Number.CompareTo(other.Number)));
    private readonly List<Worker>[] _places = [.. Enum.GetValues<WorkerPlace>().Select(static _ => new List<Worker>())];
    private readonly HashSet<Worker> _heldBack = [];

    /// <inheritdoc/>
    public int Count => _all.Count;

    /// <summary>Gets how many are starting.</summary>
    public int StartingCount => At(WorkerPlace.Starting).Count;

    /// <summary>Gets how many can take items.</summary>
    public int ReadyCount => At(WorkerPlace.Idle).Count + At(WorkerPlace.OneBatch).Count + At(WorkerPlace.Full).Count;

    /// <summary>Gets how many are there to stay: starting or ready.</summary>
    public int LiveCount => StartingCount + ReadyCount;

    /// <summary>Gets how many can take items and have none.</summary>
    public int IdleCount => At(WorkerPlace.Idle).Count;

    /// <summary>Gets how many have items.</summary>
    public int BusyCount => At(WorkerPlace.OneBatch).Count + At(WorkerPlace.Full).Count + At(WorkerPlace.Leaving).Count;

    /// <summary>Gets a value indicating whether any has items.</summary>
    public bool AnyBusy => BusyCount > 0;

    /// <summary>Gets a value indicating whether any is held back.</summary>
    public bool AnyHeldBack => _heldBack.Count > 0;

    /// <summary>Gets one that can take items and has none, the one that became so last, whose memory is warm; null for none.</summary>
    public Worker? OneIdle => LastAt(WorkerPlace.Idle);

    /// <summary>Gets those that can take items and have none.</summary>
    public IReadOnlyList<Worker> Idle => At(WorkerPlace.Idle);

    /// <summary>Gets one that has one batch and can take another; null for none.</summary>
    public Worker? OneWithOneBatch => LastAt(WorkerPlace.OneBatch);

    /// <summary>Gets those that have one batch and can take another, now: the set may change while they are walked.</summary>
    public Worker[] WithOneBatch => [.. At(WorkerPlace.OneBatch)];

    /// <summary>Gets those that have items, likewise.</summary>
    public Worker[] Busy => [.. At(WorkerPlace.OneBatch), .. At(WorkerPlace.Full), .. At(WorkerPlace.Leaving)];

    /// <summary>Gets those that are held back, likewise.</summary>
    public Worker[] HeldBack => [.. _heldBack];

    /// <summary>Adds one.</summary>
    public void Add(Worker worker)
    {
        _all.Add(worker);
        Put(worker);
    }

    /// <summary>Removes one.</summary>
    public void Remove(Worker worker)
    {
        if (_all.Remove(worker))
        {
            Take(worker);
            _heldBack.Remove(worker);
        }
    }

    /// <summary>Follows a change of one: of its state or of its batches.</summary>
    public void Follow(Worker worker)
    {
        if (worker.PlaceIndex >= 0 && worker.Place != worker.PlaceNow)
        {
            Take(worker);
            Put(worker);
        }
    }

    /// <summary>Notes that one is held back, or no more.</summary>
    public void FollowHeldBack(Worker worker)
    {
        if (worker.PlaceIndex >= 0)
        {
            _ = worker.IsHeldBack ? _heldBack.Add(worker) : _heldBack.Remove(worker);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<Worker> GetEnumerator() => _all.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private List<Worker> At(WorkerPlace place) => _places[(int)place];

    private Worker? LastAt(WorkerPlace place) => At(place) is [.., Worker last] ? last : null;

    private void Put(Worker worker)
    {
        worker.Place = worker.PlaceNow;
        List<Worker> workers = At(worker.Place);
        worker.PlaceIndex = workers.Count;
        workers.Add(worker);
    }

    private void Take(Worker worker)
    {
        // The last one takes its place, so that nothing has to move up.
        List<Worker> workers = At(worker.Place);
        Worker last = workers[^1];
        workers[worker.PlaceIndex] = last;
        last.PlaceIndex = worker.PlaceIndex;
        workers.RemoveAt(workers.Count - 1);
        worker.PlaceIndex = -1;
    }
}
