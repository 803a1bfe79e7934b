namespace Loky.Hosting;

/// <summary>Gives the code of a group's items the trace context of their call, where programs look for it.</summary>
internal sealed class TraceContext : IDisposable
{
    public const string Variable = "TRACEPARENT";

    private readonly bool _isSet;
    private readonly string? _before;

    /// <summary>Sets it until it is disposed of; null leaves what is there.</summary>
    public TraceContext(string? traceParent)
    {
        if (traceParent is not null)
        {
            (_isSet, _before) = (true, Environment.GetEnvironmentVariable(Variable));
            Environment.SetEnvironmentVariable(Variable, traceParent);
        }
    }

    public void Dispose()
    {
        if (_isSet)
        {
            Environment.SetEnvironmentVariable(Variable, _before);
        }
    }
}
