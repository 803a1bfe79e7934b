namespace Loky.Channel;

/// <summary>One message of the worker channel, its payload on a pooled array that <see cref="Dispose"/> gives back.</summary>
internal sealed class Frame : IDisposable
{
    /// <summary>The bytes before the payload: its length (32 bits, little-endian) and the frame type.</summary>
    public const int HeaderSize = 5;

    /// <summary>The largest payload, in bytes: what one .NET array can hold, less some room for headers.</summary>
    public const int MaxPayload = 0x7FFFFFC7 - 1024;

    private byte[]? _array;

    /// <summary>Creates a frame that owns <paramref name="array"/>, rented from the shared pool.</summary>
    public Frame(FrameType type, byte[] array, int length)
    {
        Type = type;
        _array = array;
        Length = length;
    }

    public FrameType Type { get; }

    public int Length { get; }

    public ReadOnlyMemory<byte> Payload => _array.AsMemory(0, Length);

    public void Dispose()
    {
        byte[]? array = Interlocked.Exchange(ref _array, null);
        if (array is not null)
        {
            ByteArrays.Return(array);
        }
    }
}
