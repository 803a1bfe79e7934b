using Loky.Channel;
using Loky.Launch;

namespace Loky.Remote;

/// <summary>What a parent tells a node agent first, with variables for the workers, of which a null value removes one.</summary>
internal sealed record AgentHello(PeerInfo Parent, int Depth, IReadOnlyDictionary<string, string?> Environment, ThreadLimits Threads)
{
    private const int MaxVariables = 100_000;

    /// <summary>Makes the message.</summary>
    /// <exception cref="ProtocolException">The variables are more than one message can carry.</exception>
    public byte[] ToMessage() => AgentMessageWriter.Make(AgentMessageType.Hello, 0, buffer =>
    {
        var writer = new WireWriter(buffer);
        writer.Write((long)AgentMessage.ProtocolVersion);
        Parent.WriteTo(buffer);
        writer.Write((long)Depth);
        writer.Write((long)Threads.Asked);
        writer.Write((long)Threads.Workers);
        writer.WriteMapHeader(Environment.Count);
        foreach ((string name, string? value) in Environment)
        {
            writer.Write(name);
            writer.Write(value);
        }
    });

    /// <summary>Reads the payload of the message.</summary>
    /// <exception cref="IncompatiblePeerException">It is of another version.</exception>
    /// <exception cref="WireFormatException">It is something else.</exception>
    public static AgentHello Read(ReadOnlyMemory<byte> payload)
    {
        var reader = new WireReader(payload);
        CheckVersion(reader.ReadInt32());
        PeerInfo parent = PeerInfo.Read(ref reader);
        int depth = (int)reader.ReadInteger(0, int.MaxValue);
        var threads = new ThreadLimits((int)reader.ReadInteger(0, int.MaxValue), (int)reader.ReadInteger(0, int.MaxValue));
        int count = reader.ReadMapHeader();
        if (count > MaxVariables)
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameTooLong, count, MaxVariables));
        }

        var environment = new Dictionary<string, string?>(count);
        for (int i = 0; i < count; i++)
        {
            environment[reader.ReadRequiredString()] = reader.ReadString();
        }

        return new AgentHello(parent, depth, environment, threads);
    }

    internal static void CheckVersion(int version)
    {
        if (version != AgentMessage.ProtocolVersion)
        {
            throw new IncompatiblePeerException(MessageText.Format(Messages.AgentWrongVersion, version, AgentMessage.ProtocolVersion));
        }
    }
}
