using Loky.Execution;
using Loky.Tests.Support;

namespace Loky.Tests.Stress;

/// <summary>
/// Kills random workers of a pool, in whatever state they are, again and again until disposed of. Where a machine is too
/// busy for workers to start between two kills, it holds still until another task has ended.
/// </summary>
internal sealed class Killer : IDisposable
{
    private const int KillsWithoutProgress = 4;

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private int _kills;

    /// <summary>Starts to kill.</summary>
    public Killer(WorkerPool pool, int everyMilliseconds, Random random, int atOnce = 1) => _loop = Task.Run(async () =>
    {
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
                random.Shuffle(alive);
                int[] victims = [.. alive.Take(atOnce)];

                // One system call right behind the other.
                foreach (int victim in victims)
                {
                    Processes.Signal(victim, Processes.SigKill);
                }

                _ = Interlocked.Add(ref _kills, victims.Length);
                since += Math.Min(1, victims.Length);
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
