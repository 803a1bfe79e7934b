using Loky.Execution;

namespace Loky.PowerShell.Execution;

/// <summary>The pools that the current thread has calls under way on: within the pipeline of such a call, nothing may wait for
/// the end of its pool, because the call cannot end while its thread waits.</summary>
internal sealed class OpenCalls : IDisposable
{
    [ThreadStatic]
    private static List<OpenCalls>? _ofThread;

    private readonly List<OpenCalls> _calls;
    private readonly WorkerPool _pool;

    public OpenCalls(WorkerPool pool)
    {
        _pool = pool;
        _calls = _ofThread ??= [];
        lock (_calls)
        {
            _calls.Add(this);
        }
    }

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

    public void Dispose()
    {
        lock (_calls)
        {
            _ = _calls.Remove(this);
        }
    }
}
