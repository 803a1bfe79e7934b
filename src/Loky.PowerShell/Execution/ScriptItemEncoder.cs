using Loky.Wire;
using Loky.PowerShell.Converters;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Execution;

/// <summary>Encodes input objects of scriptblock calls.</summary>
internal sealed class ScriptItemEncoder(KnownTypes types, HashSet<string> usedFiles, ConverterTable? converters) : IItemEncoder
{
    private readonly LateTypes _writer = new(types, usedFiles, new PSValueWriter { KeepScripts = true, KnownTypes = types, Converters = converters });

    /// <inheritdoc/>
    public void Encode(PooledBuffer buffer, object? item) => _writer.Write(buffer, item);
}
