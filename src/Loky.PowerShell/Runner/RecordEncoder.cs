using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Runner;

/// <summary>Encodes what the items of a call write, one object at a time. Not to be used again before it has returned.</summary>
internal sealed class RecordEncoder(ScriptCallState call)
{
    private readonly PooledBuffer _buffer = new();
    private readonly PSWriteSession _writer = new() { KnownTypes = call.KnownTypes, Converters = call.Converters };

    /// <summary>The bytes hold until the next call of either method; throws <see cref="TaskSerializationException"/>.</summary>
    public ReadOnlySpan<byte> Encode(object? value)
    {
        _buffer.Clear();
        _writer.Write(_buffer, value);
        return _buffer.WrittenSpan;
    }

    /// <summary>Gives back the memory of a large object, which the next call can have.</summary>
    public void Clear() => _buffer.Clear();
}
