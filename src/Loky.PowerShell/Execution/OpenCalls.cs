using Loky.Execution;

namespace Loky.PowerShell.Execution;

/// <summary>
/// The pools that the current thread has calls under way on: within the pipeline of such a call, nothing may wait for the
/// end of its pool, because the call cannot end while its thread waits.
/// </summary>
internal sealed class OpenCalls : IDisposable
{
    [ThreadStatic]
    private static List<OpenCalls>? _ofThread;

    private readonly List<OpenCalls> _calls;
    private readonly WorkerPool _pool;

    /// <summary>Notes that a call of the current thread begins.</summary>
    public OpenCalls(WorkerPool pool)
    {
        _pool = pool;
        _calls = _ofThread ??= [];
        lock (_calls)
        {
            _calls.Add(this);
        }
    }

    /// <summary>Tells whether the current thread has a call under way on a pool.</summary>
    public static bool Has(WorkerPool pool)
    {
        if (_ofThread is not { } calls)
        {
            return false;
        }

        lock (calls)
        {
            return calls.Exists(call => call._pool == pool);
        }
    }

    /// <summary>Notes that the call has ended.</summary>
    public void Dispose()
    {
        lock (_calls)
        {
            _ = _calls.Remove(this);
        }
    }
}
