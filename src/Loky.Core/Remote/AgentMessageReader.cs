using System.Buffers.Binary;
using System.Text;
using Loky.Channel;

namespace Loky.Remote;

/// <summary>Cuts bytes received into <see cref="GetMemory"/> into messages, without I/O. Not thread-safe.</summary>
/// <remarks>Memory grows with the bytes that have really come, so that a false length costs none.</remarks>
internal sealed class AgentMessageReader : IDisposable
{
    private const int BufferSize = 128 * 1024;
    private const int Quoted = 200;

    private byte[] _buffer = ByteArrays.Rent(BufferSize);
    private int _start;
    private int _end;
    private bool _any;

    /// <summary>Gets a value indicating whether the stream stands between two messages, where it may end.</summary>
    public bool IsBetweenMessages => _start == _end;

    /// <summary>Gets where the next bytes are to be received; never empty.</summary>
    public Memory<byte> GetMemory()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length && _start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        else if (_end == _buffer.Length)
        {
            byte[] larger = ByteArrays.Rent(2 * _buffer.Length);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ByteArrays.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsMemory(_end);
    }

    public void Advance(int count) => _end += count;

    /// <summary>Takes the next message if all of it is here; its payload is there until the next call of anything.</summary>
    /// <exception cref="ProtocolException">The bytes are no message.</exception>
    public bool TryRead(out AgentMessage message)
    {
        message = default;
        ReadOnlySpan<byte> here = _buffer.AsSpan(_start, _end - _start);
        if (!_any && here.Length > 4 && here[4] is not ((byte)AgentMessageType.Hello or (byte)AgentMessageType.Welcome))
        {
            throw new ProtocolException(MessageText.Format(Messages.AgentFirstBytes, Quote(here)));
        }

        if (here.Length < AgentMessage.HeaderSize)
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(here);
        var type = (AgentMessageType)here[4];
        int stream = BinaryPrimitives.ReadInt32LittleEndian(here[5..]);
        if (type is < AgentMessageType.Hello or > AgentMessageType.Kept)
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameUnknownType, here[4]));
        }

        int most = type == AgentMessageType.Data ? AgentMessage.MaxData : AgentMessage.MaxPayload;
        if (length > most)
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameTooLong, length, most));
        }

        if (stream < 0)
        {
            throw new ProtocolException(MessageText.Format(Messages.AgentUnknownStream, type, stream));
        }

        if (here.Length - AgentMessage.HeaderSize < length)
        {
            return false;
        }

        _any = true;
        message = new AgentMessage(type, stream, _buffer.AsMemory(_start + AgentMessage.HeaderSize, (int)length));
        _start += AgentMessage.HeaderSize + (int)length;
        return true;
    }

    public void Dispose()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        _start = _end = 0;
        if (buffer.Length > 0)
        {
            ByteArrays.Return(buffer);
        }
    }

    /// <summary>What speaks first is often a program that has something to say, which is the best there is to tell.</summary>
    private static string Quote(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, Quoted)]);
        return string.Concat(text.Select(static c => char.IsControl(c) && c is not '\n' ? '?' : c)).Trim();
    }
}
