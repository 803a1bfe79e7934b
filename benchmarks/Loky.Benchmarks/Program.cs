using BenchmarkDotNet.Running;
using Loky.Benchmarks;

// One figure for the comparison with the peers, which needs no statistics of its own: it runs this in its rounds.
if (args is ["--roundtrip"])
{
    await RoundTripRatio.PrintAsync();
    return;
}

if (args is [EchoSocket.Argument, string path])
{
    EchoSocket.Echo(path);
    return;
}

if (args is [ScaleRatio.Argument])
{
    ScaleRatio.Print();
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(RoundTripRatio).Assembly).Run(args);
