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
        return (BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]));
    }
}
