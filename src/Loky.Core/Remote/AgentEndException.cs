namespace Loky.Remote;

/// <summary>The other side of a node agent's connection has ended it, between two messages.</summary>
internal sealed class AgentEndException() : Exception(Messages.AgentEnded);
