namespace Loky.Runs;

/// <summary>What is wrong with the log of a run.</summary>
internal enum RunLogProblem
{
    /// <summary>It cannot be opened, read or written.</summary>
    Failed,

    /// <summary>Another run writes to it.</summary>
    InUse,

    /// <summary>It is there already.</summary>
    Exists,

    /// <summary>It is no log, or one that only a later version reads.</summary>
    Unreadable,

    /// <summary>It is that of a run of something else.</summary>
    Differs,
}
