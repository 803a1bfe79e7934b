using Loky.Runs;

namespace Loky.PowerShell.Execution;

/// <summary>Turns an input object into the bytes that a worker's runner expects.</summary>
internal interface IItemWriter
{
    /// <summary>Writes one MessagePack value. Throws <see cref="TaskSerializationException"/> where the item cannot be sent,
    /// <see cref="Capture.CaptureException"/> where something that it needs cannot.</summary>
    void Encode(PooledBuffer buffer, object? item);

    /// <summary>Asks for equal bytes for equal items in every process, where it makes a difference.</summary>
    void MakeStable()
    {
    }

    /// <summary>Gets what the item that was encoded last is known by; <paramref name="encoded"/> are its bytes.</summary>
    ItemHash HashOf(ReadOnlySpan<byte> encoded) => ItemHash.Of(encoded);

    /// <summary>Takes what workers must get ahead of the item that was encoded last; null for nothing.</summary>
    byte[]? TakeExtension() => null;
}
