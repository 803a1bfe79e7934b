using System.IO.Hashing;

namespace Loky.Wire;

/// <summary>A hash that equal bytes have in every process and version: XXH3 of 64 bits. Not for what somebody could want to forge.</summary>
internal static class StableHash
{
    /// <summary>Gets the hash of some bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes) => XxHash3.HashToUInt64(bytes);

    /// <summary>Gets that of some bytes without those of some places.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="without">The places, each behind the one before, and the end of each.</param>
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
