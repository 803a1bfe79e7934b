using BenchmarkDotNet.Attributes;

namespace Loky.Benchmarks;

/// <summary>The way to a worker and back: one call at a time, many items at once, and a bare socket beside them.</summary>
[MemoryDiagnoser]
public class DispatchBenchmarks
{
    private readonly EchoSocket _socket = new();
    private readonly int[] _items = [.. Enumerable.Range(0, 100_000)];
    private ProcessPoolExecutor _executor = null!;

    /// <summary>Warms two workers.</summary>
    [GlobalSetup]
    public void Start()
    {
        _executor = new ProcessPoolExecutor(new ExecutorOptions { MaxWorkers = 2 });
        Task.WhenAll(Enumerable.Range(0, 100).Select(i => _executor.Submit(Double, i))).Wait();
    }

    /// <summary>Ends the workers.</summary>
    [GlobalCleanup]
    public void Stop()
    {
        _executor.Dispose();
        _socket.Dispose();
    }

    /// <summary>One byte to another process and back.</summary>
    [Benchmark(Baseline = true)]
    public void SocketRoundTrip() => _socket.RoundTrip();

    /// <summary>One delegate call.</summary>
    [Benchmark]
    public Task<int> DelegateRoundTrip() => _executor.Submit(Double, 21);

    /// <summary>A hundred thousand items, by item.</summary>
    [Benchmark(OperationsPerInvoke = 100_000)]
    public async Task<long> MapItem()
    {
        long sum = 0;
        await foreach (int value in _executor.Map(Double, _items).ConfigureAwait(false))
        {
            sum += value;
        }

        return sum;
    }

    private static int Double(int value) => 2 * value;
}
