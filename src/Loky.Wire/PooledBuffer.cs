using System.Buffers;

namespace Loky.Wire;

/// <summary>A growing buffer on a pooled array, not thread-safe; spans of it end when it grows or is disposed of.</summary>
internal sealed class PooledBuffer(int capacity = 1024) : IBufferWriter<byte>, IDisposable
{
    private byte[] _array = ByteArrays.Rent(capacity);

    public int Length { get; private set; }

    /// <summary>Gets where the first block begins of which an array in shared memory can be made; 0 where there is none.</summary>
    public int FirstLargeBlock { get; private set; }

    public ReadOnlySpan<byte> WrittenSpan => _array.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(0, Length);

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (_array.Length - Length < sizeHint || _array.Length == Length)
        {
            Grow(Math.Max(sizeHint, 1));
        }

        return _array.AsSpan(Length);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        _ = GetSpan(sizeHint);
        return _array.AsMemory(Length);
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - Length);
        Length += count;
    }

    /// <summary>Notes that a block of bytes comes next.</summary>
    public void NoteBlock(int length)
    {
        if (length >= SharedMemory.MinArray && FirstLargeBlock == 0)
        {
            FirstLargeBlock = Length;
        }
    }

    /// <summary>Gets bytes already written, to patch them in place.</summary>
    public Span<byte> Patch(int start, int count) => _array.AsSpan(0, Length).Slice(start, count);

    /// <summary>Forgets all after the first <paramref name="length"/> bytes, to undo a value that could not be encoded.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
        FirstLargeBlock = FirstLargeBlock < length ? FirstLargeBlock : 0;
    }

    /// <summary>Forgets everything, and gives back an array that grew larger than <paramref name="keepAtMost"/>.</summary>
    public void Clear(int keepAtMost = 1 << 20)
    {
        Length = 0;
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
        Length = 0;
        if (array.Length > 0)
        {
            ByteArrays.Return(array);
        }
    }

    private void Grow(int needed)
    {
        long wanted = Math.Max((long)Length + needed, Math.Min(2L * _array.Length, Array.MaxLength));
        if (wanted > Array.MaxLength)
        {
            throw new WireFormatException(WireFormatException.Text(WireMessages.TooLong, (long)Length + needed, Array.MaxLength));
        }

        byte[] larger = ByteArrays.Rent((int)wanted);
        _array.AsSpan(0, Length).CopyTo(larger);
        ByteArrays.Return(_array);
        _array = larger;
    }
}
