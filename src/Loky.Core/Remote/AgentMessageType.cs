namespace Loky.Remote;

/// <summary>What a message between a parent and a node agent says; see <see cref="AgentMessage"/> for the streams.</summary>
internal enum AgentMessageType : byte
{
    /// <summary>Not a message.</summary>
    None = 0,

    /// <summary>Parent to agent, first: protocol version, what it is and can do, depth of nesting, the workers' variables.</summary>
    Hello = 1,

    /// <summary>Agent to parent, first: mark, protocol version, what it is and can do, and what the host is.</summary>
    Welcome = 2,

    /// <summary>Parent to agent: start the worker of this stream, the next one that there is.</summary>
    Start = 3,

    /// <summary>Parent to agent: end the worker by force.</summary>
    Abort = 4,

    /// <summary>Parent to agent: show what the worker writes to its standard error.</summary>
    ShowErrors = 5,

    /// <summary>
    /// Both ways: bytes of the worker's channel; to the parent, of streams 0 and 1, of workers' standard output and error; to
    /// the agent, of stream 0, frames <see cref="Loky.Channel.FrameType.Keep"/> and <see cref="Loky.Channel.FrameType.Drop"/> that are its own.
    /// </summary>
    Data = 6,

    /// <summary>Both ways: so many bytes of the stream were taken, and as many more may be sent.</summary>
    Credit = 7,

    /// <summary>Both ways: nothing else was to be said for a while.</summary>
    Heartbeat = 8,

    /// <summary>Parent to agent: end all workers, and end.</summary>
    Bye = 9,

    /// <summary>Agent to parent: the worker has a process; its id.</summary>
    Started = 10,

    /// <summary>Agent to parent: the worker can be reached; its capabilities.</summary>
    Connected = 11,

    /// <summary>Agent to parent: what the worker is doing: item, for how long, held back for how long.</summary>
    Ledger = 12,

    /// <summary>Agent to parent, behind all data of the stream: what broke the worker's channel, if anything.</summary>
    Closed = 13,

    /// <summary>Agent to parent, last of its stream: how the worker ended, and what it leaves.</summary>
    Ended = 14,

    /// <summary>Parent to agent, between the data of the stream: give the worker the frame of the shared value with this key.</summary>
    Keep = 15,

    /// <summary>Agent to parent: the worker has taken the first of the shared values that it was given and that this was not said of.</summary>
    Kept = 16,
}
