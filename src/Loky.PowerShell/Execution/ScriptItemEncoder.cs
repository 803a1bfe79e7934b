using Loky.MessagePack;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Execution;

/// <summary>Encodes input objects of scriptblock calls.</summary>
internal sealed class ScriptItemEncoder : IItemEncoder
{
    private readonly PSValueWriter _writer = new();

    /// <inheritdoc/>
    public void Encode(PooledBuffer buffer, object? item) => _writer.Write(buffer, item);
}
