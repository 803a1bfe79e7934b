namespace Loky.Pester.Bridge;

/// <summary>The three ends of a test.</summary>
public enum PesterVerdictKind
{
    /// <summary>All expansions that ran were right.</summary>
    Passed,

    /// <summary>Something was wrong, or nothing ran.</summary>
    Failed,

    /// <summary>No expansion applied here.</summary>
    Skipped,
}
