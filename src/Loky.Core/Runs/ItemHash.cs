using System.Buffers.Binary;
using System.Globalization;

namespace Loky.Runs;

/// <summary>What an encoded item is known by from run to run: the XXH3, of 64 bits, of its bytes.</summary>
/// <remarks>It is compared with that of the item of the same number alone, so that no more bits are of use.</remarks>
internal readonly record struct ItemHash(ulong Value)
{
    public const int TextLength = 16;

    public static ItemHash Of(ReadOnlySpan<byte> bytes) => new(StableHash.Of(bytes));

    /// <summary>Gets that of some bytes without those of some places, which do not overlap and are in order.</summary>
    public static ItemHash Of(ReadOnlySpan<byte> bytes, IReadOnlyList<(int Start, int End)> without) =>
        new(without.Count == 0 ? StableHash.Of(bytes) : StableHash.Of(bytes, without));

    /// <summary>Reads the text that <see cref="ToString"/> and <see cref="Format"/> make.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ItemHash hash)
    {
        bool parsed = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) && text.Length == TextLength;
        hash = parsed ? new ItemHash(value) : default;
        return parsed;
    }

    public void Format(Span<byte> text)
    {
        BinaryPrimitives.WriteUInt64BigEndian(text, DigitsOf((uint)(Value >> 32)));
        BinaryPrimitives.WriteUInt64BigEndian(text[8..], DigitsOf((uint)Value));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value:x16}");

    /// <summary>Gets the eight digits of a number as eight characters, all at once.</summary>
    private static ulong DigitsOf(uint value)
    {
        ulong digits = value;
        digits = (digits | (digits << 16)) & 0x0000_FFFF_0000_FFFF;
        digits = (digits | (digits << 8)) & 0x00FF_00FF_00FF_00FF;
        digits = (digits | (digits << 4)) & 0x0F0F_0F0F_0F0F_0F0F;
        ulong letters = ((digits + 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101;
        return digits + 0x3030_3030_3030_3030 + (letters * ('a' - '9' - 1));
    }
}
