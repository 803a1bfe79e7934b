using System.IO.Hashing;

namespace Loky.Wire;

/// <summary>A hash that equal bytes have in every process and version, XXH3 of 64 bits; not for what may be forged.</summary>
internal static class StableHash
{
    public static ulong Of(ReadOnlySpan<byte> bytes) => XxHash3.HashToUInt64(bytes);

    /// <summary>Hashes all bytes but those of some places, which stand in order and have their ends with them.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes, IReadOnlyList<(int Start, int End)> without)
    {
        var hasher = new XxHash3();
        int from = 0;
        foreach ((int start, int end) in without)
        {
            hasher.Append(bytes[from..start]);
            from = end;
        }

        hasher.Append(bytes[from..]);
        return hasher.GetCurrentHashAsUInt64();
    }
}
