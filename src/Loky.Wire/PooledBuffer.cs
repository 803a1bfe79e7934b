using System.Buffers;

namespace Loky.Wire;

/// <summary>A growing buffer on a pooled array, not thread-safe; spans of it end when it grows or is disposed of.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _array;
    private int _length;

    public PooledBuffer(int capacity = 1024) => _array = ByteArrays.Rent(capacity);

    public int Length => _length;

    /// <summary>Gets where the first block begins of which an array in shared memory can be made; 0 where there is none.</summary>
    public int FirstLargeBlock { get; private set; }

    public ReadOnlySpan<byte> WrittenSpan => _array.AsSpan(0, _length);

    public ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(0, _length);

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (_array.Length - _length < sizeHint || _array.Length == _length)
        {
            Grow(Math.Max(sizeHint, 1));
        }

        return _array.AsSpan(_length);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        _ = GetSpan(sizeHint);
        return _array.AsMemory(_length);
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - _length);
        _length += count;
    }

    /// <summary>Notes that a block of bytes comes next.</summary>
    public void NoteBlock(int length)
    {
        if (length >= SharedMemory.MinSize && FirstLargeBlock == 0)
        {
            FirstLargeBlock = _length;
        }
    }

    /// <summary>Gets bytes already written, to patch them in place.</summary>
    public Span<byte> Patch(int start, int count) => _array.AsSpan(0, _length).Slice(start, count);

    /// <summary>Forgets all after the first <paramref name="length"/> bytes, to undo a value that could not be encoded.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _length);
        _length = length;
        FirstLargeBlock = FirstLargeBlock < length ? FirstLargeBlock : 0;
    }

    /// <summary>Forgets everything, and gives back an array that grew larger than <paramref name="keepAtMost"/>.</summary>
    public void Clear(int keepAtMost = 1 << 20)
    {
        _length = 0;
        FirstLargeBlock = 0;
        if (_array.Length > keepAtMost)
        {
            ByteArrays.Return(_array);
            _array = ByteArrays.Rent(1024);
        }
    }

    public void Dispose()
    {
        byte[] array = _array;
        _array = [];
        _length = 0;
        if (array.Length > 0)
        {
            ByteArrays.Return(array);
        }
    }

    private void Grow(int needed)
    {
        long wanted = Math.Max((long)_length + needed, Math.Min(2L * _array.Length, Array.MaxLength));
        if (wanted > Array.MaxLength)
        {
            throw new WireFormatException(WireFormatException.Text(WireMessages.TooLong, (long)_length + needed, Array.MaxLength));
        }

        byte[] larger = ByteArrays.Rent((int)wanted);
        _array.AsSpan(0, _length).CopyTo(larger);
        ByteArrays.Return(_array);
        _array = larger;
    }
}
