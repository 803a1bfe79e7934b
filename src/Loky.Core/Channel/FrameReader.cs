using System.Buffers.Binary;

namespace Loky.Channel;

/// <summary>
/// Cuts a stream of bytes into frames without I/O: bytes are received into <see cref="GetMemory"/> and reported by
/// <see cref="Advance"/>, whole frames taken by <see cref="TryRead"/>. Not thread-safe.
/// </summary>
/// <remarks>
/// A large payload is received straight into its own array, which grows in two steps with the bytes that have really come,
/// so that a false length costs no memory.
/// </remarks>
internal sealed class FrameReader : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private const int FirstLargeAllocation = 4 * 1024 * 1024;
    private const int SecondLargeAllocation = 256 * 1024 * 1024;

    private byte[] _buffer = ByteArrays.Rent(BufferSize);
    private int _start;
    private int _end;
    private FrameType _largeType;
    private byte[]? _large;
    private int _largeLength;
    private int _largeFilled;

    /// <summary>Gets or sets the largest payload accepted, in bytes; small until the peer has proved who it is.</summary>
    public int MaxPayload { get; set; } = Frame.MaxPayload;

    /// <summary>Gets a value indicating whether the stream stands between two frames, where it may end.</summary>
    public bool IsBetweenFrames => _large is null && _start == _end;

    /// <summary>Gets where the next bytes are to be received; never empty.</summary>
    public Memory<byte> GetMemory()
    {
        if (_large is not null)
        {
            if (_largeFilled == _large.Length)
            {
                GrowLarge();
            }

            return _large.AsMemory(_largeFilled, Math.Min(_large.Length, _largeLength) - _largeFilled);
        }

        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        return _buffer.AsMemory(_end);
    }

    public void Advance(int count)
    {
        if (_large is not null)
        {
            _largeFilled += count;
        }
        else
        {
            _end += count;
        }
    }

    /// <summary>Takes the next frame, which the caller owns, if all of it is here.</summary>
    /// <exception cref="ProtocolException">The bytes are no frame.</exception>
    public bool TryRead(out Frame frame)
    {
        frame = null!;
        if (_large is not null)
        {
            if (_largeFilled < _largeLength)
            {
                return false;
            }

            frame = new Frame(_largeType, _large, _largeLength);
            _large = null;
            return true;
        }

        int available = _end - _start;
        if (available < Frame.HeaderSize)
        {
            return false;
        }

        (FrameType type, int length) = ReadHeader(_buffer.AsSpan(_start, Frame.HeaderSize));
        if (length > BufferSize - Frame.HeaderSize)
        {
            StartLarge(type, length);
            return TryRead(out frame);
        }

        if (available - Frame.HeaderSize < length)
        {
            return false;
        }

        byte[] array = ByteArrays.Rent(Math.Max(length, 1));
        _buffer.AsSpan(_start + Frame.HeaderSize, length).CopyTo(array);
        _start += Frame.HeaderSize + length;
        frame = new Frame(type, array, length);
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

        if (_large is not null)
        {
            ByteArrays.Return(_large);
            _large = null;
        }
    }

    private (FrameType Type, int Length) ReadHeader(ReadOnlySpan<byte> header)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        var type = (FrameType)header[4];
        if (type is < FrameType.Hello or > FrameType.KeepInPlace)
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameUnknownType, header[4]));
        }

        if (length > MaxPayload)
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameTooLong, length, MaxPayload));
        }

        return (type, (int)length);
    }

    private void StartLarge(FrameType type, int length)
    {
        int here = Math.Min(_end - _start - Frame.HeaderSize, length);
        byte[] large = ByteArrays.Rent(Math.Min(length, FirstLargeAllocation));
        _buffer.AsSpan(_start + Frame.HeaderSize, here).CopyTo(large);
        _start += Frame.HeaderSize + here;
        (_largeType, _large, _largeLength, _largeFilled) = (type, large, length, here);
    }

    private void GrowLarge()
    {
        int size = (int)Math.Min(_largeLength, Math.Max(SecondLargeAllocation, 4L * _large!.Length));
        byte[] larger = ByteArrays.Rent(size);
        _large.AsSpan(0, _largeFilled).CopyTo(larger);
        ByteArrays.Return(_large);
        _large = larger;
    }
}
