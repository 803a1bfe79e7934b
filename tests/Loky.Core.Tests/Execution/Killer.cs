using Loky.Execution;
using Loky.Tests.Support;

namespace Loky.Tests.Execution;

/// <summary>
/// Kills a random worker of a pool, in whatever state it is, again and again until disposed of. Where a machine is too
/// busy for workers to start between two kills, it holds still until another task has ended.
/// </summary>
internal sealed class Killer : IDisposable
{
    private const int KillsWithoutProgress = 20;

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private int _kills;

    /// <summary>Starts to kill.</summary>
    public Killer(WorkerPool pool, int everyMilliseconds) => _loop = Task.Run(async () =>
    {
        var random = new Random(42);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(everyMilliseconds));
        (long done, int since) = (0, 0);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                PoolStatus status = pool.GetStatus();
                since = status.TasksDone == done ? since : 0;
                done = status.TasksDone;
                if (since >= KillsWithoutProgress)
                {
                    continue;
                }

                int[] alive = [.. status.Workers.Select(worker => worker.ProcessId).Where(Processes.IsAlive)];
                if (alive.Length > 0)
                {
                    Processes.Kill(alive[random.Next(alive.Length)]);
                    _ = Interlocked.Increment(ref _kills);
                    since++;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // That is the end.
        }
    });

    /// <summary>Gets how many it has killed.</summary>
    public int Kills => Volatile.Read(ref _kills);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _loop.GetAwaiter().GetResult();
        _stop.Dispose();
    }
}
