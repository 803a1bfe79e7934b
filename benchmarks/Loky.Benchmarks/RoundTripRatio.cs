using System.Diagnostics;
using System.Globalization;

namespace Loky.Benchmarks;

/// <summary>What a delegate's way to a worker and back costs in bare socket round trips, both measured in turns.</summary>
internal static class RoundTripRatio
{
    private const int Rounds = 15;

    // The just-in-time compiler is busy on both sides for the first seconds, with code that is not yet what it will be.
    private const int WarmUpTrips = 40_000;
    private const int Trips = 2000;

    /// <summary>Prints the medians and their ratio as JSON.</summary>
    public static async Task PrintAsync()
    {
        await using var executor = new ProcessPoolExecutor(new ExecutorOptions { MaxWorkers = 1 });
        var bare = new List<double>();
        var calls = new List<double>();
        _ = Measure(() => Call(executor), WarmUpTrips);
        for (int round = 0; round < Rounds; round++)
        {
            // Each time another process: whether both ends share a processor, which the system decides when they
            // begin, makes the bare trip three times as long or as short.
            using var socket = new EchoSocket();
            _ = Measure(socket.RoundTrip, Trips);
            bare.Add(Measure(socket.RoundTrip, Trips));
            calls.Add(Measure(() => Call(executor), Trips));
        }

        (double socketTime, double callTime) = (Median(bare), Median(calls));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{ "SocketMicroseconds": {{socketTime:f2}}, "DelegateMicroseconds": {{callTime:f2}}, "Ratio": {{callTime / socketTime:f3}} }"""));
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

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
