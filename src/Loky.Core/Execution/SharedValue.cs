using System.Security.Cryptography;

namespace Loky.Execution;

/// <summary>
/// A large part of what a group's items have in common, known by its content: a worker that has it from an earlier group
/// does not get it again.
/// </summary>
/// <param name="Key">What tells the content from any other.</param>
/// <param name="Bytes">The content.</param>
internal sealed record SharedValue(string Key, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The least size that is worth it, in bytes.</summary>
    public const int MinSize = 16 * 1024;

    /// <summary>Makes a shared value of its content.</summary>
    public static SharedValue Of(ReadOnlyMemory<byte> bytes) => new(Convert.ToHexString(SHA256.HashData(bytes.Span)), bytes);
}
