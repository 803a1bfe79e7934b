using System.Globalization;
using Loky.Wire;

namespace Loky.Runs;

/// <summary>What an encoded item is known by from run to run: the XXH128 of its bytes.</summary>
internal readonly record struct ItemHash(ulong High, ulong Low)
{
    /// <summary>How many hexadecimal digits it has as text.</summary>
    public const int TextLength = 32;

    /// <summary>Gets that of some bytes.</summary>
    public static ItemHash Of(ReadOnlySpan<byte> bytes)
    {
        (ulong high, ulong low) = StableHash.Of(bytes);
        return new ItemHash(high, low);
    }

    /// <summary>Gets that of some bytes without those of some places, which do not overlap and are in order.</summary>
    public static ItemHash Of(ReadOnlySpan<byte> bytes, IReadOnlyList<(int Start, int End)> without)
    {
        if (without.Count == 0)
        {
            return Of(bytes);
        }

        (ulong high, ulong low) = StableHash.Of(bytes, without);
        return new ItemHash(high, low);
    }

    /// <summary>Reads the text that <see cref="ToString"/> and <see cref="Format"/> make.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ItemHash hash)
    {
        hash = default;
        if (text.Length != TextLength
            || !ulong.TryParse(text[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong high)
            || !ulong.TryParse(text[16..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong low))
        {
            return false;
        }

        hash = new ItemHash(high, low);
        return true;
    }

    /// <summary>Writes the text.</summary>
    public void Format(Span<byte> text)
    {
        _ = High.TryFormat(text[..16], out _, "x16", CultureInfo.InvariantCulture);
        _ = Low.TryFormat(text[16..TextLength], out _, "x16", CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{High:x16}{Low:x16}");
}
