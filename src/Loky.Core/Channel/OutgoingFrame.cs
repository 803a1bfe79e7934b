namespace Loky.Channel;

/// <summary>A frame on its way out: its head, and for large payloads a body that is sent from where it lies.</summary>
internal sealed class OutgoingFrame
{
    private readonly PooledBuffer _head;
    private readonly Action? _releaseBody;

    /// <summary>Creates a frame that owns the head and calls <paramref name="releaseBody"/> once it is sent or dropped.</summary>
    public OutgoingFrame(PooledBuffer head, ReadOnlyMemory<byte> body = default, Action? releaseBody = null)
    {
        _head = head;
        Body = body;
        _releaseBody = releaseBody;
    }

    public ReadOnlyMemory<byte> Head => _head.WrittenMemory;

    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Gets the key of the shared value that it brings, by which another worker's frame of the same is known; null for any other.</summary>
    public string? Key { get; init; }

    public void Release()
    {
        _head.Dispose();
        _releaseBody?.Invoke();
    }
}
