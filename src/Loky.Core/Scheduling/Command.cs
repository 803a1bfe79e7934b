using Loky.Connections;
using Loky.Execution;

namespace Loky.Scheduling;

/// <summary>Something that follows from an event, to be done without the pool's lock; its argument is told by the kind.</summary>
internal readonly record struct Command(CommandKind Kind, Worker? Worker = null, TaskGroup? Group = null, object? Argument = null);

/// <summary>What can follow from an event.</summary>
internal enum CommandKind
{
    Start,

    /// <summary>Kill a worker: why is with the worker.</summary>
    Kill,

    ShowErrors,

    /// <summary>End a group: with an exception, or with none when each item has its end.</summary>
    Complete,

    /// <summary>Give a group a warning: a string.</summary>
    Warn,

    /// <summary>Give a group a record of a worker's preparation: a <see cref="ReadOnlyMemory{T}"/> of bytes.</summary>
    StartRecord,

    /// <summary>End what the workers ran on: the pool has none and will have none.</summary>
    Stop,

    TellReady,

    /// <summary>Tell those who watch that a worker ended before it was ready: a <see cref="ConnectionEnd"/>.</summary>
    TellStartFailed,

    TellRetired,

    /// <summary>Tell those who watch how many workers there may be: a number.</summary>
    TellResized,

    /// <summary>Tell those who watch that the pool has broken: the reason, a string.</summary>
    TellBroken,
}
