namespace Loky.Runs;

/// <summary>How an attempt to run an item ended.</summary>
internal enum AttemptOutcome
{
    /// <summary>It ran to its end and reported no error.</summary>
    Succeeded,

    /// <summary>It ran to its end, and reported errors on the way.</summary>
    Reported,

    /// <summary>An error of its own ended it.</summary>
    Failed,

    /// <summary>It was stopped, because the call was.</summary>
    Cancelled,

    /// <summary>Its worker ended before it did.</summary>
    Lost,

    /// <summary>It took longer than an item may, and its worker was ended.</summary>
    TimedOut,

    /// <summary>It could not be sent to a worker.</summary>
    NotSent,
}
