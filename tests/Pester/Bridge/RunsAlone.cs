using Xunit;

namespace Loky.Pester.Bridge;

/// <summary>The kind of collection of a Pester file that <see cref="PesterScanner.RunsAlone"/>: no other runs beside it.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
