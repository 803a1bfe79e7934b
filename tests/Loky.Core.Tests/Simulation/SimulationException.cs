namespace Loky.Tests.Simulation;

/// <summary>What must always hold did not, in a simulated run.</summary>
internal sealed class SimulationException(string message, Exception? inner = null) : Exception(message, inner);
