namespace Loky.Channel;

/// <summary>What a frame on the worker channel carries. The direction is part of the meaning.</summary>
internal enum FrameType : byte
{
    /// <summary>Not a frame.</summary>
    None = 0,

    /// <summary>Worker to parent, first: protocol version, secret, process id, version and capabilities; see <see cref="Handshake"/>.</summary>
    Hello = 1,

    /// <summary>Worker to parent: the runner is up and tasks may be sent.</summary>
    Ready = 2,

    /// <summary>Parent to worker: what the items of a task group have in common, sent once before its first batch.</summary>
    GroupStart = 3,

    /// <summary>Parent to worker: items of a task group to run in order.</summary>
    Batch = 4,

    /// <summary>Worker to parent: what the items of one batch wrote, and which of them ended.</summary>
    Records = 5,

    /// <summary>Parent to worker: the group is over, its state can be dropped.</summary>
    GroupEnd = 6,

    /// <summary>Parent to worker: stop the running item of a group and skip those that wait.</summary>
    GroupCancel = 7,

    /// <summary>Parent to worker: end once everything received has been run.</summary>
    Shutdown = 8,

    /// <summary>Worker to parent: the worker cannot go on; the payload is the exception that says why.</summary>
    Failure = 9,

    /// <summary>Worker to parent: it has too much memory, and gives back what waits: a <see cref="MemoryExcess"/>.</summary>
    MemoryLimitExceeded = 10,

    /// <summary>Parent to worker: a shared value with its key, to be kept for the groups that name it.</summary>
    Keep = 11,

    /// <summary>Parent to worker: the key of a shared value that no later group names, unless it is sent again.</summary>
    Drop = 12,

    /// <summary>Parent to worker: so many bytes of records were received, and as many more may be sent.</summary>
    Acknowledge = 13,

    /// <summary>Parent to worker: what later items of a task group have in common beyond what it started with.</summary>
    GroupExtend = 14,

    /// <summary>Parent to worker, first: what the worker needs to prepare itself.</summary>
    Setup = 15,

    /// <summary>Worker to parent, before it is ready: one record of what it wrote while it prepared itself.</summary>
    StartRecord = 16,

    /// <summary>Parent to worker: give back what has not started of the batch whose first item has this number.</summary>
    Recall = 17,

    /// <summary>Worker to parent: the number of a batch's first item, and how many of its last items were given back.</summary>
    Returned = 18,

    /// <summary>Parent to worker: a shared value with its key as Keep has it, but told by where its memory can be opened.</summary>
    KeepInPlace = 19,
}
