using Xunit;

namespace Loky.Tests.Support;

/// <summary>The tests that start worker processes: one at a time, so that their time limits mean something.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class UsesWorkers
{
    public const string Name = "worker processes";
}
