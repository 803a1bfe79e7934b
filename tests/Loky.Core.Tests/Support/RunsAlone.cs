using Xunit;

namespace Loky.Tests.Support;

/// <summary>The tests that look at what the whole process has: one at a time, with no other beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunsAlone
{
    public const string Name = "nothing beside";
}
