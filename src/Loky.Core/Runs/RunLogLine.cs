using System.Buffers.Text;

namespace Loky.Runs;

/// <summary>A line under way, in memory that has room for it.</summary>
internal ref struct RunLogLine(Span<byte> memory)
{
    /// <summary>The most that the properties of an attempt take that every one has, but for those of its place.</summary>
    public const int LongestNumbers = 256;

    private readonly Span<byte> _memory = memory;

    /// <summary>Gets how long it is.</summary>
    public int Length { get; private set; }

    /// <summary>Adds text.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_memory[Length..]);
        Length += text.Length;
    }

    /// <summary>Adds a number.</summary>
    public void Add(long number)
    {
        _ = Utf8Formatter.TryFormat(number, _memory[Length..], out int written);
        Length += written;
    }

    /// <summary>Adds the digits of a hash.</summary>
    public void Add(ItemHash hash)
    {
        hash.Format(_memory[Length..]);
        Length += ItemHash.TextLength;
    }
}
