using System.Buffers.Text;

namespace Loky.Runs;

/// <summary>A line under way, in memory that has room for it.</summary>
internal ref struct RunLogLine(Span<byte> memory)
{
    /// <summary>How many bytes the properties that every attempt has take at most, but for those of its place.</summary>
    public const int LongestNumbers = 256;

    private readonly Span<byte> _memory = memory;

    public int Length { get; private set; }

    public void Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_memory[Length..]);
        Length += text.Length;
    }

    public void Add(long number)
    {
        _ = Utf8Formatter.TryFormat(number, _memory[Length..], out int written);
        Length += written;
    }

    public void Add(ItemHash hash)
    {
        hash.Format(_memory[Length..]);
        Length += ItemHash.TextLength;
    }
}
