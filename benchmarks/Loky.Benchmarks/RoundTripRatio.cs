using System.Diagnostics;
using System.Text.Json;

namespace Loky.Benchmarks;

/// <summary>
/// What a delegate's way to a worker and back takes, and what a byte takes between two processes that do nothing else and
/// are the same for the whole run, both measured in turns.
/// </summary>
internal static class RoundTripRatio
{
    private const int Rounds = 15;

    // The just-in-time compiler is busy on both sides for the first seconds, with code that is not yet what it will be.
    private const int WarmUpTrips = 40_000;
    private const int Trips = 2000;

    /// <summary>Prints the times of both, round by round, as JSON.</summary>
    public static async Task PrintAsync()
    {
        await using var executor = new ProcessPoolExecutor(new ExecutorOptions { MaxWorkers = 1 });
        var bare = new List<double>();
        var calls = new List<double>();
        using var socket = new EchoSocket();
        _ = Measure(() => Call(executor), WarmUpTrips);
        _ = Measure(socket.RoundTrip, WarmUpTrips);
        for (int round = 0; round < Rounds; round++)
        {
            bare.Add(Measure(socket.RoundTrip, Trips));
            calls.Add(Measure(() => Call(executor), Trips));
        }

        Console.WriteLine(JsonSerializer.Serialize(new { SocketMicroseconds = bare, DelegateMicroseconds = calls }));
    }

    private static void Call(ProcessPoolExecutor executor)
    {
        if (executor.Submit(Double, 21).GetAwaiter().GetResult() != 42)
        {
            throw new InvalidOperationException("The worker returned something else.");
        }
    }

    private static int Double(int value) => 2 * value;

    private static double Measure(Action trip, int trips)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < trips; i++)
        {
            trip();
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / trips;
    }
}
