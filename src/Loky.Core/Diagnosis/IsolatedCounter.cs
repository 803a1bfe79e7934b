using System.Diagnostics.Metrics;

namespace Loky.Diagnosis;

/// <summary>A counter whose listeners cannot disturb what is counted, whatever they throw.</summary>
internal sealed class IsolatedCounter
{
    private readonly Counter<long>? _counter;

    public IsolatedCounter(Meter meter, string name, string unit, string description)
    {
        Counter<long>? counter = null;

        // A listener that throws when it is told that there is one leaves nothing to count with.
        Isolated.Call(() => counter = meter.CreateCounter<long>(name, unit, description));
        _counter = counter;
    }

    public void Add(long count) => Isolated.Call(static addition => addition._counter?.Add(addition.count), (_counter, count));
}
