using System.Diagnostics;
using System.Globalization;
using Loky.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Loky.Tests.Simulation;

/// <summary>
/// Plays many runs of the pool over simulated workers. LOKY_SIMULATION_SEEDS sets how many, LOKY_SIMULATION_SEED plays
/// one again.
/// </summary>
[Collection(UsesWorkers.Name)]
public sealed class SimulationTests(ITestOutputHelper output)
{
    [Fact]
    public void Whatever_dies_and_whenever_each_item_ends_once_and_nobody_waits_for_ever()
    {
        long events = 0;
        if (Read("LOKY_SIMULATION_SEED") is { } seed)
        {
            Play(seed, ref events);
            return;
        }

        int seeds = Read("LOKY_SIMULATION_SEEDS") ?? 100_000;
        var watch = Stopwatch.StartNew();
        var failures = new List<SimulationException>();
        _ = Parallel.For(0, seeds, (seed, loop) =>
        {
            try
            {
                Play(seed, ref events);
            }
            catch (SimulationException exception)
            {
                lock (failures)
                {
                    failures.Add(exception);
                }

                loop.Stop();
            }
        });
        output.WriteLine($"{seeds} seeds, {events} events, {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures.Select(static failure => failure.Message)));
    }

    [Fact]
    public void A_seed_plays_the_same_each_time()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var first = new SimulatedRun(seed);
            first.Play();
            var second = new SimulatedRun(seed);
            second.Play();
            Assert.Equal((first.Events, first.Clock.Elapsed), (second.Events, second.Clock.Elapsed));
        }
    }

    private static void Play(int seed, ref long events)
    {
        var run = new SimulatedRun(seed);
        run.Play();
        _ = Interlocked.Add(ref events, run.Events);
    }

    private static int? Read(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}
