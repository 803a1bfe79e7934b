namespace Loky.Tests.Simulation;

/// <summary>How likely, in one run, are the things that go wrong: each from 0 to 1.</summary>
internal sealed record SimulatedFaults
{
    /// <summary>Gets how likely a worker dies while it starts.</summary>
    public double StartFails { get; init; }

    /// <summary>Gets how likely a worker dies when it has taken an item and not started it.</summary>
    public double DiesBeforeStart { get; init; }

    /// <summary>Gets how likely an item kills its worker, each time that it runs.</summary>
    public double ItemKills { get; init; }

    /// <summary>Gets how likely a worker has more memory than it may, after an item.</summary>
    public double MemoryFills { get; init; }

    /// <summary>Gets how often a random host is lost with all its workers: the mean time between two losses; zero for never.</summary>
    public TimeSpan LoseHostEvery { get; init; }

    /// <summary>Gets how likely what is sent to a worker elsewhere waits for a while before it leaves.</summary>
    public double WaitsForCredit { get; init; }

    /// <summary>Gets how often a random worker is killed: the mean time between two kills; zero for never.</summary>
    public TimeSpan KillEvery { get; init; }
}
