using System.Security.Cryptography;

namespace Loky.Execution;

/// <summary>A large part of what a group's items share, known by its content, so that a worker gets it only once.</summary>
internal sealed record SharedValue(string Key, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The least size that is worth it, in bytes.</summary>
    public const int MinSize = 16 * 1024;

    public static SharedValue Of(ReadOnlyMemory<byte> bytes) => new(Convert.ToHexString(SHA256.HashData(bytes.Span)), bytes);
}
