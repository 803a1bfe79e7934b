using Loky.MessagePack;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Execution;

/// <summary>Encodes input objects of scriptblock calls.</summary>
internal sealed class ScriptItemEncoder(KnownTypes types) : IItemEncoder
{
    private readonly PSValueWriter _writer = new() { KeepScripts = true, KnownTypes = types };

    /// <inheritdoc/>
    public void Encode(PooledBuffer buffer, object? item) => _writer.Write(buffer, item);
}
