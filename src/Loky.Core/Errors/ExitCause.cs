namespace Loky;

/// <summary>What likely ended a worker.</summary>
internal enum ExitCause
{
    /// <summary>The task, or something it called, ended the process.</summary>
    Exit,

    /// <summary>Somebody killed it, or the system did for want of memory.</summary>
    Killed,

    /// <summary>It crashed in native code.</summary>
    Native,

    /// <summary>The runtime gave it up: a stack overflow, a FailFast, an unhandled exception.</summary>
    Aborted,

    /// <summary>Somebody asked it to end.</summary>
    Asked,

    /// <summary>The system could not start it.</summary>
    NotStarted,
}
