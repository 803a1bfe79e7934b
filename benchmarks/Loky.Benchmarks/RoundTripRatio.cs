using System.Diagnostics;
using System.Globalization;

namespace Loky.Benchmarks;

/// <summary>What a delegate's way to a worker and back costs in bare socket round trips, both measured in turns.</summary>
internal static class RoundTripRatio
{
    private const int Rounds = 9;
    private const int Trips = 2000;

    /// <summary>Prints the medians and their ratio as JSON.</summary>
    public static async Task PrintAsync()
    {
        await using var executor = new ProcessPoolExecutor(new ExecutorOptions { MaxWorkers = 1 });
        using var socket = new EchoSocket();
        var bare = new List<double>();
        var calls = new List<double>();
        for (int round = 0; round <= Rounds; round++)
        {
            double one = Measure(socket.RoundTrip);
            double other = Measure(() => Call(executor));

            // The first round warms up.
            if (round > 0)
            {
                bare.Add(one);
                calls.Add(other);
            }
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

    private static double Measure(Action trip)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Trips; i++)
        {
            trip();
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / Trips;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
