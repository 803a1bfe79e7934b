using Loky.Channel;
using Loky.Connections;

namespace Loky.Remote;

/// <summary>How a worker of a node agent ended, as a message.</summary>
internal static class RemoteEnd
{
    private const int MaxText = 256 * 1024;

    public static byte[] ToMessage(int stream, ConnectionEnd end) => AgentMessageWriter.Make(AgentMessageType.Ended, stream, buffer =>
    {
        var writer = new WireWriter(buffer);
        writer.Write((long)end.Exit.ProcessId);
        WriteNullable(writer, end.Exit.ExitCode);
        WriteNullable(writer, end.Exit.WasSignalled switch { null => null, true => 1, false => 0 });
        writer.Write(Shorten(end.Exit.StandardError));
        writer.Write(end.Started);
        writer.WriteBinary(end.Unsent);
        writer.Write(end.Failure is null or OperationCanceledException ? null : Shorten(end.Failure.Message));
        writer.Write(end.Failure is not null);
    });

    /// <summary>Reads the payload of the message.</summary>
    /// <exception cref="WireFormatException">The payload is something else.</exception>
    public static ConnectionEnd Read(ReadOnlyMemory<byte> payload, string hostName, PeerInfo agent)
    {
        var reader = new WireReader(payload);
        int processId = (int)reader.ReadInteger(0, int.MaxValue);
        int? code = ReadNullable(ref reader);
        int? signalled = ReadNullable(ref reader);
        string standardError = reader.ReadRequiredString();
        long started = reader.ReadInteger(0, long.MaxValue);
        byte[] unsent = reader.ReadBinary().ToArray();
        string? failure = reader.ReadString();
        bool hasFailed = reader.ReadBoolean();
        var exit = new WorkerExit(processId, code, standardError)
        {
            WasSignalled = signalled is { } value ? value != 0 : null,
            HostName = hostName,
            OnWindows = agent.Can(Capabilities.WindowsStatuses),
            OnMacOS = agent.Can(Capabilities.MacSignals),
        };
        return new ConnectionEnd(exit, started, unsent, failure is not null ? new ProtocolException(failure) : hasFailed ? new OperationCanceledException() : null);
    }

    private static string Shorten(string text) => text.Length <= MaxText ? text : text[..MaxText];

    private static void WriteNullable(WireWriter writer, int? value)
    {
        if (value is { } number)
        {
            writer.Write((long)number);
        }
        else
        {
            writer.WriteNil();
        }
    }

    private static int? ReadNullable(ref WireReader reader) => reader.TryReadNil() ? null : reader.ReadInt32();
}
