namespace Loky.Runs;

internal enum RunLogLineKind
{
    /// <summary>The line that describes a call.</summary>
    Run,

    /// <summary>An attempt of an item.</summary>
    Attempt,

    /// <summary>The line that ends a run.</summary>
    End,

    /// <summary>A line of a later version.</summary>
    Other,

    /// <summary>No line of a log.</summary>
    Broken,
}
