using Loky.Diagnosis;

namespace Loky.Execution;

/// <summary>What a change of the pool entails that must not be done under its lock: sending, starting, killing, calling back.</summary>
internal sealed class PoolEffects
{
    private List<Worker>? _pumps;
    private List<Action>? _actions;

    /// <summary>Sends what is queued for a worker.</summary>
    public void Pump(Worker worker)
    {
        _pumps ??= [];
        if (!_pumps.Contains(worker))
        {
            _pumps.Add(worker);
        }
    }

    /// <summary>Does something after the lock is released.</summary>
    public void Then(Action action) => (_actions ??= []).Add(action);

    /// <summary>Does it all: none is left out because another has failed.</summary>
    public void Apply()
    {
        if (_pumps is not null)
        {
            foreach (Worker worker in _pumps)
            {
                Isolated.Call(static worker => worker.Pump(), worker);
            }
        }

        if (_actions is not null)
        {
            foreach (Action action in _actions)
            {
                Isolated.Call(action);
            }
        }
    }
}
