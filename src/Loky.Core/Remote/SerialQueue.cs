using Loky.Diagnosis;

namespace Loky.Remote;

/// <summary>Calls one action after another, in the order in which they were added, on the thread pool. Thread-safe.</summary>
internal sealed class SerialQueue
{
    private readonly object _gate = new();
    private readonly Queue<Action> _actions = new();
    private bool _running;

    public void Add(Action action)
    {
        lock (_gate)
        {
            _actions.Enqueue(action);
            if (_running)
            {
                return;
            }

            _running = true;
        }

        _ = ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.Run(), this, preferLocal: false);
    }

    private void Run()
    {
        while (true)
        {
            Action? action;
            lock (_gate)
            {
                _running = _actions.TryDequeue(out action);
            }

            if (action is null)
            {
                return;
            }

            Isolated.Call(action);
        }
    }
}
