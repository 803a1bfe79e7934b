using System.Collections;

namespace Loky.Scheduling;

/// <summary>A pool's workers by what they can do, so that no event walks all; eldest first, guarded by the pool's lock.</summary>
internal sealed class WorkerSet : IReadOnlyCollection<Worker>
{
    private readonly SortedSet<Worker> _all = new(Comparer<Worker>.Create(static (one, other) => one.Number.CompareTo(other.Number)));
    private readonly List<Worker>[] _places = NewPlaces();
    private readonly HashSet<Worker> _heldBack = [];

    public int Count => _all.Count;

    public int StartingCount => At(WorkerPlace.Starting).Count;

    public int ReadyCount => At(WorkerPlace.Idle).Count + At(WorkerPlace.OneBatch).Count + At(WorkerPlace.Full).Count;

    public int LiveCount => StartingCount + ReadyCount;

    public int IdleCount => At(WorkerPlace.Idle).Count;

    public int BusyCount => At(WorkerPlace.OneBatch).Count + At(WorkerPlace.Full).Count + At(WorkerPlace.Leaving).Count;

    public bool AnyBusy => BusyCount > 0;

    public bool AnyHeldBack => _heldBack.Count > 0;

    /// <summary>Gets an idle one, the one that became so last, whose memory is warm; null for none.</summary>
    public Worker? OneIdle => LastAt(WorkerPlace.Idle);

    public IReadOnlyList<Worker> Idle => At(WorkerPlace.Idle);

    public Worker? OneWithOneBatch => LastAt(WorkerPlace.OneBatch);

    /// <summary>Gets those with one batch as they are now: the set may change while they are walked.</summary>
    public Worker[] WithOneBatch => [.. At(WorkerPlace.OneBatch)];

    public Worker[] Busy => [.. At(WorkerPlace.OneBatch), .. At(WorkerPlace.Full), .. At(WorkerPlace.Leaving)];

    public Worker[] HeldBack => [.. _heldBack];

    public void Add(Worker worker)
    {
        _all.Add(worker);
        Put(worker);
    }

    public void Remove(Worker worker)
    {
        if (_all.Remove(worker))
        {
            Take(worker);
            _heldBack.Remove(worker);
        }
    }

    public void Follow(Worker worker)
    {
        if (worker.PlaceIndex >= 0 && worker.Place != worker.PlaceNow)
        {
            Take(worker);
            Put(worker);
        }
    }

    public void FollowHeldBack(Worker worker)
    {
        if (worker.PlaceIndex >= 0)
        {
            _ = worker.IsHeldBack ? _heldBack.Add(worker) : _heldBack.Remove(worker);
        }
    }

    public IEnumerator<Worker> GetEnumerator() => _all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static List<Worker>[] NewPlaces()
    {
        var places = new List<Worker>[(int)WorkerPlace.Leaving + 1];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = [];
        }

        return places;
    }

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
