namespace Loky.Channel;

/// <summary>What a worker has told first, once it is known to be the one.</summary>
/// <param name="ProcessId">The process that it says it is.</param>
/// <param name="Peer">What it is and can do.</param>
internal sealed record WorkerHello(int ProcessId, PeerInfo Peer);
