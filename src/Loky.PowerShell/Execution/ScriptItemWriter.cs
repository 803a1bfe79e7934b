using Loky.Runs;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Execution;

internal sealed class ScriptItemWriter : IItemWriter
{
    private readonly PSWriteSession _writer;
    private readonly LateCapture _late;
    private readonly List<Type> _met = [];
    private byte[]? _extension;

    public ScriptItemWriter(LateCapture late)
    {
        _late = late;
        _writer = late.NewWriter(_met);
    }

    public void MakeStable() => _writer.IsStable = true;

    public ItemHash HashOf(ReadOnlySpan<byte> encoded) => ItemHash.Of(encoded, _writer.Passing);

    public void Encode(PooledBuffer buffer, object? item)
    {
        _writer.Passing.Clear();
        _writer.Write(buffer, item);
        if (_met.Count > 0)
        {
            Type[] met = [.. _met];
            _met.Clear();
            _extension = _late.Take(met);
        }
    }

    public byte[]? TakeExtension()
    {
        byte[]? extension = _extension;
        _extension = null;
        return extension;
    }
}
