using Loky.Channel;
using Loky.Connections;
using Loky.Execution;
using Loky.Launch;
using Loky.Scheduling;
using Loky.Tests.Support;

namespace Loky.Tests.Simulation;

/// <summary>
/// A pool with its real scheduling and accounting over simulated workers, on one thread and a clock of its own: what
/// happens, and in which order, follows from a seed alone. After each event it is checked what must always hold.
/// </summary>
/// <remarks>The idea is that of the simulators of FoundationDB and TigerBeetle.</remarks>
internal sealed class SimulatedRun : ILauncher
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    // A run has some hundreds; one that has as many as these goes round in a circle.
    private const int MostEvents = 200_000;

    // Some few items may wait for others to travel with them, and a timer counts in milliseconds.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(3);

    // Null is this machine.
    private static readonly string?[] HostNames = ["one", "two", null];
    private static readonly WorkerHost[] Hosts = [WorkerHost.OfAgent("one", ["one"]), WorkerHost.OfAgent("two", ["two"]), WorkerHost.ThisMachine()];

    private readonly int _seed;
    private readonly Random _random;
    private readonly WorkerPool _pool;
    private readonly List<SimulatedCall> _calls = [];
    private readonly List<SimulatedWorker> _alive = [];
    private readonly Dictionary<int, TimeSpan> _times = [];
    private readonly Dictionary<int, int> _victims = [];
    private TimeSpan? _waitingSince;
    private int _processes;
    private long _events;

    /// <summary>Sets a run up.</summary>
    public SimulatedRun(int seed)
    {
        _seed = seed;
        _random = new Random(seed);
        Faults = new SimulatedFaults
        {
            StartFails = Chance(0.3) ? 0.2 : 0,
            DiesBeforeStart = Chance(0.3) ? 0.05 : 0,
            ItemKills = Chance(0.4) ? 0.05 : 0,
            MemoryFills = Chance(0.3) ? _random.NextDouble() * 0.5 : 0,
            KillEvery = Chance(0.4) ? TimeSpan.FromMilliseconds(_random.Next(5, 200)) : TimeSpan.Zero,
            LoseHostEvery = Chance(0.3) ? TimeSpan.FromMilliseconds(_random.Next(20, 500)) : TimeSpan.Zero,
            WaitsForCredit = Chance(0.5) ? 0.3 : 0,
        };
        var options = new PoolOptions
        {
            MaxWorkers = _random.Next(1, 6),
            IdleTimeout = Chance(0.3) ? TimeSpan.FromMilliseconds(_random.Next(1, 50)) : TimeSpan.FromMinutes(5),
            Command = new WorkerCommand { FileName = string.Empty },
            StartAll = Chance(0.5),
            MaxTasksPerWorker = Chance(0.2) ? _random.Next(1, 10) : 0,
            WorkerCap = static _ => int.MaxValue,
            Hosts = Faults.LoseHostEvery > TimeSpan.Zero ? Hosts : [],
            Launcher = _ => this,
            Clock = Clock,
        };
        _pool = new WorkerPool(options);
        int calls = _random.Next(1, 4);
        for (int i = 0; i < calls; i++)
        {
            AddCall(i);
        }
    }

    /// <summary>Gets the clock.</summary>
    public SimulatedClock Clock { get; } = new();

    /// <summary>Gets what goes wrong.</summary>
    public SimulatedFaults Faults { get; }

    /// <summary>Gets what its workers can do: in some runs they lack something. Not drawn with all else, so that a seed stays what it was.</summary>
    public Capabilities Abilities => (_seed % 8) switch
    {
        1 => Capabilities.Recall,
        2 => Capabilities.Cancel,
        _ => Capabilities.Cancel | Capabilities.Recall,
    };

    /// <summary>Gets how many events there were.</summary>
    public long Events => _events;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> BaseEnvironment { get; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public IConnection Create(IConnectionOwner owner)
    {
        string? host = Faults.LoseHostEvery > TimeSpan.Zero ? HostNames[_random.Next(HostNames.Length)] : null;
        _processes++;
        if (host is null)
        {
            _victims.Add(_processes, 0);
        }

        return new SimulatedWorker(this, owner, _processes, host);
    }

    /// <summary>Plays it to its end.</summary>
    /// <exception cref="SimulationException">Something that must always hold did not.</exception>
    public void Play()
    {
        PlanSurprises();
        while (!_calls.TrueForAll(static call => call.IsOver))
        {
            Step("a call waits for what nobody will do");
        }

        foreach (SimulatedCall call in _calls)
        {
            call.CheckEnds();
        }

        _pool.Shutdown(kill: Chance(0.5));
        while (!_pool.Stopped.IsCompleted)
        {
            Step("the pool does not stop");
        }

        while (_alive.Count > 0)
        {
            Step("a worker is left");
        }
    }

    /// <summary>Draws whether something happens.</summary>
    public bool Chance(double probability) => probability > 0 && _random.NextDouble() < probability;

    /// <summary>Draws a time, in milliseconds.</summary>
    public TimeSpan Between(double least, double most) => TimeSpan.FromMilliseconds(least + (_random.NextDouble() * (most - least)));

    /// <summary>Notes that a worker has got a process, or lost it.</summary>
    public void OnAlive(SimulatedWorker worker, bool isAlive)
    {
        if (isAlive)
        {
            _alive.Add(worker);
        }
        else
        {
            _ = _alive.Remove(worker);
        }
    }

    /// <summary>Notes that an item was started.</summary>
    /// <param name="item">The item.</param>
    /// <param name="attempt">Which attempt it is.</param>
    /// <param name="isLost">Whether the host that it runs on was given up, of which it does not know yet.</param>
    public void OnItemStarted(int item, int attempt, bool isLost) => _calls[item >> 16].OnStarted(item & 0xFFFF, attempt, isLost);

    /// <summary>Notes that an item has ended on a worker that can still say so.</summary>
    public void OnItemEnded(int item) => _calls[item >> 16].OnEnded(item & 0xFFFF);

    /// <summary>Notes that items were lost with a worker: no more than one, where the worker left an account.</summary>
    public void OnItemsLost(int processId, int count)
    {
        if (_victims.TryGetValue(processId, out int victims))
        {
            _victims[processId] = victims += count;
            Check(victims <= 1, $"the death of worker {processId} has one victim, and not {victims}");
        }
    }

    /// <summary>Tells how long an item takes, this time.</summary>
    public TimeSpan TimeOf(int item, out bool kills)
    {
        kills = Chance(Faults.ItemKills);
        if (!_times.TryGetValue(item, out TimeSpan time))
        {
            time = _random.Next(20) switch
            {
                < 12 => Between(0.001, 0.1),
                < 17 => Between(0.5, 5),
                < 19 => Between(10, 60),
                _ => Between(100, 900),
            };
            _times.Add(item, time);
        }

        return time;
    }

    /// <summary>Gives something to the pool that it must take.</summary>
    public void Deliver(Action what)
    {
        try
        {
            what();
        }
        catch (Exception exception)
        {
            throw new SimulationException(Describe($"the pool refuses what a sound worker sends: {exception}"), exception);
        }
    }

    /// <summary>Fails the run where something does not hold that must.</summary>
    public void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new SimulationException(Describe($"does not hold: {what}"));
        }
    }

    private string Describe(string what) => $"Seed {_seed}, event {_events}, after {Clock.Elapsed}: {what}. LOKY_SIMULATION_SEED={_seed} plays it again. {Guard.Describe(_pool)}";

    private void Step(string otherwise)
    {
        _events++;
        Check(Clock.Elapsed < Longest && _events < MostEvents, otherwise);
        Check(Clock.Step(), otherwise);
        Check(_waitingSince is not { } since || Clock.Elapsed - since <= LongestWait, $"no item waits from {_waitingSince} on while a worker is idle");
        foreach (SimulatedCall call in _calls)
        {
            call.CheckWorkers(_pool.Workers);
            call.Read();
        }

        _waitingSince = _pool.Workers.IdleCount > 0 && _calls.Exists(static call => call.HasWork) ? _waitingSince ?? Clock.Elapsed : null;
    }

    private void AddCall(int number)
    {
        double kind = _random.NextDouble();
        var options = new TaskGroupOptions
        {
            Retries = Chance(0.5) ? _random.Next(1, 4) : 0,
            BatchSize = kind < 0.2 ? _random.Next(1, 9) : null,
            MayQueueInWorker = kind < 0.9,
            MaxWorkers = Chance(0.3) ? _random.Next(1, 4) : null,
            TaskTimeout = Chance(0.2) ? TimeSpan.FromMilliseconds(50) : null,
            Cost = Chance(0.5) ? ItemCost.Of(Between(0.001, 5).TotalMicroseconds) : null,
        };
        TimeSpan readEvery = Chance(0.3) ? Between(0.1, 20) : TimeSpan.Zero;
        var call = new SimulatedCall(this, number, _random.Next(1, 40), options, Chance(0.5), readEvery);
        _calls.Add(call);
        Clock.After(Between(0, 50), () =>
        {
            call.Begin(_pool);
            AddItems(call, trickle: Chance(0.3));
        });
    }

    private void AddItems(SimulatedCall call, bool trickle)
    {
        if (call.Add(trickle ? _random.Next(1, 4) : int.MaxValue))
        {
            Clock.After(Between(0, 10), () => AddItems(call, trickle));
        }
    }

    private void PlanSurprises()
    {
        if (Faults.KillEvery > TimeSpan.Zero)
        {
            PlanKill();
        }

        if (Faults.LoseHostEvery > TimeSpan.Zero)
        {
            PlanLoss();
        }

        if (Chance(0.2))
        {
            SimulatedCall cancelled = _calls[_random.Next(_calls.Count)];
            Clock.After(Between(55, 500), cancelled.Cancel);
        }

        for (int i = Chance(0.3) ? _random.Next(1, 5) : 0; i > 0; i--)
        {
            int size = _random.Next(1, 7);
            Clock.After(Between(0, 500), () => _pool.MaxWorkers = size);
        }

        if (Chance(0.05))
        {
            Clock.After(Between(60, 500), () =>
            {
                _calls.ForEach(static call => call.IsCutShort = true);
                _pool.Shutdown(kill: true);
            });
        }
    }

    private void PlanLoss() => Clock.After(Faults.LoseHostEvery * (0.5 + _random.NextDouble()), () =>
    {
        string? host = HostNames[_random.Next(HostNames.Length - 1)];
        _alive.FindAll(worker => worker.HostName == host).ForEach(static worker => worker.LoseHost());

        // Not for ever, or no call would end.
        if (Clock.Elapsed < TimeSpan.FromSeconds(5))
        {
            PlanLoss();
        }
    });

    private void PlanKill() => Clock.After(Faults.KillEvery * (0.5 + _random.NextDouble()), () =>
    {
        if (_alive.Count > 0)
        {
            _alive[_random.Next(_alive.Count)].Die(137);
        }

        // Not for ever, or no call would end.
        if (Clock.Elapsed < TimeSpan.FromSeconds(5))
        {
            PlanKill();
        }
    });
}
