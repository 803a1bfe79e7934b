namespace Loky.Remote;

/// <summary>What can move a host from one stage to another.</summary>
internal enum HostEvent
{
    /// <summary>Its command is run.</summary>
    Tried,

    /// <summary>The command waits for a place.</summary>
    ToldQueued,

    /// <summary>The command runs, and leads there.</summary>
    ToldConnecting,

    /// <summary>The host answers.</summary>
    ToldPreparing,

    /// <summary>The node agent has said who it is.</summary>
    AgentAnswered,

    /// <summary>Its time is nearly over.</summary>
    TimeRunsOut,

    /// <summary>The try has failed, the connection is lost, or it was ended because nobody needs it.</summary>
    Ended,

    /// <summary>It has failed too often.</summary>
    GivenUp,
}
