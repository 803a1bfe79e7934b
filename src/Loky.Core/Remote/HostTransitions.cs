namespace Loky.Remote;

/// <summary>A host's stage after an event, or null: the table of docs/architecture.md, which a test compares.</summary>
internal static class HostTransitions
{
    public static HostStage? Next(HostStage stage, HostEvent what) => (stage, what) switch
    {
        (HostStage.Out, HostEvent.GivenUp or HostEvent.Ended) => HostStage.Out,
        (HostStage.Out, _) => null,
        (_, HostEvent.GivenUp) => HostStage.Out,
        (_, HostEvent.Ended) => HostStage.Idle,
        (HostStage.Idle, HostEvent.Tried) => HostStage.Connecting,
        (_, HostEvent.Tried) => null,
        (HostStage.Idle, _) => null,
        (HostStage.Queued or HostStage.Connecting, HostEvent.ToldQueued) => HostStage.Queued,
        (HostStage.Queued or HostStage.Connecting, HostEvent.ToldConnecting) => HostStage.Connecting,
        (HostStage.Queued or HostStage.Connecting or HostStage.Preparing, HostEvent.ToldPreparing) => HostStage.Preparing,
        (HostStage.Queued or HostStage.Connecting or HostStage.Preparing, HostEvent.AgentAnswered) => HostStage.Connected,
        (HostStage.Connected, HostEvent.TimeRunsOut) => HostStage.Draining,
        _ => stage,
    };
}
