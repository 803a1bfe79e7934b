using System.Globalization;
using System.Runtime.InteropServices;
using Loky.Channel;
using Loky.Execution;

namespace Loky.Remote;

/// <summary>What a node agent tells first: what it is and its workers can do, its host, and the start-up hooks for the children of its workers.</summary>
internal sealed record AgentWelcome(PeerInfo Agent, HostFacts Facts, string? UserStartupHooks)
{
    private const string Mark = "loky agent";
    private const string EndVariable = "SLURM_JOB_END_TIME";
    private const int MaxVersions = 100;
    private const int MaxProcessors = 100_000;

    public static AgentWelcome OfThisMachine(string? userStartupHooks, Capabilities workers = Capabilities.None) => new(
        PeerInfo.Here(workers | PeerInfo.ExitCodesHere),
        new HostFacts(
            Environment.MachineName,
            Environment.ProcessId,
            CpuCount.Available,
            $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}",
            new Dictionary<string, string> { [".NET"] = Environment.Version.ToString() },
            long.TryParse(Environment.GetEnvironmentVariable(EndVariable), NumberStyles.None, CultureInfo.InvariantCulture, out long end) && end is > 0 and < uint.MaxValue
                ? DateTimeOffset.FromUnixTimeSeconds(end)
                : null),
        userStartupHooks);

    public byte[] ToMessage() => AgentMessageWriter.Make(AgentMessageType.Welcome, 0, buffer =>
    {
        var writer = new WireWriter(buffer);
        writer.Write(Mark);
        writer.Write((long)AgentMessage.ProtocolVersion);
        Agent.WriteTo(buffer);
        writer.Write(Facts.MachineName);
        writer.Write((long)Facts.ProcessId);
        writer.Write((long)Facts.ProcessorCount);
        writer.Write(Facts.OperatingSystem);
        writer.WriteMapHeader(Facts.Versions.Count);
        foreach ((string name, string version) in Facts.Versions)
        {
            writer.Write(name);
            writer.Write(version);
        }

        writer.Write(Facts.EndsAt?.ToUnixTimeSeconds() ?? 0);
        writer.Write(UserStartupHooks);
    });

    /// <summary>Reads the payload of the message.</summary>
    /// <exception cref="ProtocolException">It is no such message.</exception>
    /// <exception cref="IncompatiblePeerException">It is of another version.</exception>
    /// <exception cref="WireFormatException">It is something else.</exception>
    public static AgentWelcome Read(ReadOnlyMemory<byte> payload)
    {
        var reader = new WireReader(payload);
        if (reader.ReadString() != Mark)
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameMalformed, AgentMessageType.Welcome, payload.Length));
        }

        AgentHello.CheckVersion(reader.ReadInt32());
        PeerInfo agent = PeerInfo.Read(ref reader);
        string machine = reader.ReadRequiredString();
        int processId = (int)reader.ReadInteger(0, int.MaxValue);
        int processors = (int)reader.ReadInteger(1, MaxProcessors);
        string system = reader.ReadRequiredString();
        int count = reader.ReadMapHeader();
        if (count > MaxVersions)
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameTooLong, count, MaxVersions));
        }

        var versions = new Dictionary<string, string>();
        for (int i = 0; i < count; i++)
        {
            versions[reader.ReadRequiredString()] = reader.ReadRequiredString();
        }

        long end = reader.ReadInteger(0, uint.MaxValue);
        return new AgentWelcome(
            agent,
            new HostFacts(machine, processId, processors, system, versions, end == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(end)),
            reader.ReadString());
    }
}
