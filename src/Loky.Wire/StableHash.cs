using System.Buffers.Binary;
using System.IO.Hashing;

namespace Loky.Wire;

/// <summary>A hash that equal bytes have in every process and version: XXH128. Not for what somebody could want to forge.</summary>
internal static class StableHash
{
    /// <summary>Gets the two halves of the hash of some bytes.</summary>
    public static (ulong High, ulong Low) Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[16];
        _ = XxHash128.Hash(bytes, hash);
        return Halves(hash);
    }

    /// <summary>Gets those of some bytes without those of some places.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="without">The places, each behind the one before, and the end of each.</param>
    public static (ulong High, ulong Low) Of(ReadOnlySpan<byte> bytes, IReadOnlyList<(int Start, int End)> without)
    {
        var hasher = new XxHash128();
        int from = 0;
        foreach ((int start, int end) in without)
        {
            hasher.Append(bytes[from..start]);
            from = end;
        }

        hasher.Append(bytes[from..]);
        Span<byte> hash = stackalloc byte[16];
        _ = hasher.GetHashAndReset(hash);
        return Halves(hash);
    }

    private static (ulong High, ulong Low) Halves(ReadOnlySpan<byte> hash)
    {
        return (BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]));
    }
}
