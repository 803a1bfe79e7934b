using Loky.Runs;
using Loky.Wire;

namespace Loky.PowerShell.Execution;

/// <summary>Turns an input object into the bytes that a worker's runner expects.</summary>
internal interface IItemWriter
{
    /// <summary>Writes one MessagePack value.</summary>
    /// <exception cref="TaskSerializationException">The item cannot be sent.</exception>
    /// <exception cref="Capture.CaptureException">Something that the item needs cannot be sent.</exception>
    void Encode(PooledBuffer buffer, object? item);

    /// <summary>Asks for equal bytes for equal items in every process, where it makes a difference.</summary>
    void MakeStable()
    {
    }

    /// <summary>Gets what the item is known by that was encoded last.</summary>
    /// <param name="encoded">Its bytes.</param>
    ItemHash HashOf(ReadOnlySpan<byte> encoded) => ItemHash.Of(encoded);

    /// <summary>Takes what workers must get before the item that was encoded last, beyond what the call began with; null where there is nothing.</summary>
    byte[]? TakeExtension() => null;
}
