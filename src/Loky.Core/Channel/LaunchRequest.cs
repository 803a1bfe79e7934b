using System.Buffers.Binary;

namespace Loky.Channel;

/// <summary>
/// What a new worker is told on its standard input, which is private, unlike a command line or an environment; it is small
/// enough for the pipe of a process that never reads it, and <see cref="WorkerSetup"/> follows over the connection.
/// </summary>
internal sealed record LaunchRequest
{
    /// <summary>The version of launch request, frames and records; parent and worker must agree exactly.</summary>
    public const int ProtocolVersion = 8;

    public const int SecretSize = 32;

    private const uint Magic = 0x4B4C4F4C;
    private const int MaxSize = 16 * 1024;
    private const int Values = 10;

    /// <summary>Gets the address of the <see cref="MeetingPoint"/> where the parent waits for the worker.</summary>
    public required string Address { get; init; }

    public required byte[] Secret { get; init; }

    /// <summary>Gets how many executors are nested above this worker: 1 in a worker of a process that is none itself.</summary>
    public required int Depth { get; init; }

    /// <summary>Gets the path of memory of the parent with which the worker tries whether it can open such, or null for none.</summary>
    public string? Probe { get; init; } = SharedMemories.Probe;

    /// <summary>Gets what the parent is and can do.</summary>
    public PeerInfo Parent { get; init; } = PeerInfo.Parent;

    /// <summary>Gets the full path of the runner's assembly, or <see langword="null"/> where only delegates are run.</summary>
    public string? RunnerAssembly { get; init; }

    /// <summary>Gets the code page that its console is to have; 0 elsewhere than on Windows.</summary>
    public int CodePage { get; init; }

    /// <summary>Gets a value indicating whether there are so many workers that it seldom has a processor.</summary>
    public bool IsCrowded { get; init; }

    public void WriteTo(Stream stream)
    {
        using var buffer = new PooledBuffer();
        Span<byte> head = buffer.GetSpan(8);
        BinaryPrimitives.WriteUInt32LittleEndian(head, Magic);
        buffer.Advance(8);
        var writer = new WireWriter(buffer);
        writer.WriteArrayHeader(Values);
        writer.Write((long)ProtocolVersion);
        writer.Write(Address);
        writer.WriteBinary(Secret);
        writer.Write((long)Depth);
        writer.Write(RunnerAssembly);
        writer.Write((long)CodePage);
        writer.Write(IsCrowded);
        writer.Write(Probe);
        Parent.WriteTo(buffer);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.Patch(4, 4), buffer.Length - 8);
        stream.Write(buffer.WrittenSpan);
        stream.Flush();
    }

    /// <summary>Reads the request that <see cref="WriteTo"/> wrote.</summary>
    /// <exception cref="ProtocolException">The stream holds something else.</exception>
    /// <exception cref="IncompatiblePeerException">It is of another version.</exception>
    public static LaunchRequest ReadFrom(Stream stream)
    {
        Span<byte> head = stackalloc byte[8];
        if (stream.ReadAtLeast(head, 8, throwOnEndOfStream: false) < 8 || BinaryPrimitives.ReadUInt32LittleEndian(head) != Magic)
        {
            throw new ProtocolException(Messages.LaunchNotByParent);
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(head[4..]);
        if (length is < 1 or > MaxSize)
        {
            throw new ProtocolException(Messages.LaunchNotByParent);
        }

        byte[] body = new byte[length];
        if (stream.ReadAtLeast(body, length, throwOnEndOfStream: false) < length)
        {
            throw new ProtocolException(Messages.LaunchNotByParent);
        }

        try
        {
            return Parse(body);
        }
        catch (WireFormatException exception)
        {
            throw new ProtocolException(Messages.LaunchNotByParent, exception);
        }
    }

    private static LaunchRequest Parse(ReadOnlyMemory<byte> body)
    {
        var reader = new WireReader(body);
        int values = reader.ReadArrayHeader();
        int version = reader.ReadInt32();
        if (version != ProtocolVersion)
        {
            throw new IncompatiblePeerException(MessageText.Format(Messages.HandshakeWrongVersion, version, ProtocolVersion));
        }

        var request = new LaunchRequest
        {
            Address = reader.ReadRequiredString(),
            Secret = reader.ReadBinary().ToArray(),
            Depth = reader.ReadInt32(),
            RunnerAssembly = reader.ReadString(),
            CodePage = (int)reader.ReadInteger(0, ushort.MaxValue),
            IsCrowded = reader.ReadBoolean(),
            Probe = reader.ReadString(),
            Parent = PeerInfo.Read(ref reader),
        };
        return values == Values && reader.End && request.Secret.Length == SecretSize ? request : throw new ProtocolException(Messages.LaunchNotByParent);
    }
}
