using Loky.Wire;

namespace Loky.PowerShell.Execution;

/// <summary>Turns an input object into the bytes that a worker's runner expects.</summary>
internal interface IItemEncoder
{
    /// <summary>Writes one MessagePack value.</summary>
    /// <exception cref="TaskSerializationException">The item cannot be sent.</exception>
    void Encode(PooledBuffer buffer, object? item);
}
