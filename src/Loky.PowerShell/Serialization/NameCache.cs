using System.Buffers.Binary;
using System.Text;
using Loky.MessagePack;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// The strings of property and type names by their UTF-8 bytes, so that ten thousand objects share the names of their
/// properties. A fixed number of slots: a name that falls on a taken one replaces it.
/// </summary>
internal sealed class NameCache
{
    private const int Slots = 512;
    private const int LongestKept = 256;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly (byte[]? Utf8, string Name)[] _slots = new (byte[]? Utf8, string Name)[Slots];

    /// <summary>Reads a string that must not be nil.</summary>
    public string Read(ref MessagePackReader reader)
    {
        ReadOnlySpan<byte> utf8 = reader.ReadStringBytes();
        if (utf8.Length > LongestKept)
        {
            return StrictUtf8.GetString(utf8);
        }

        ref (byte[]? Utf8, string Name) slot = ref _slots[Hash(utf8) & (Slots - 1)];
        if (slot.Utf8 is null || !utf8.SequenceEqual(slot.Utf8))
        {
            slot = (utf8.ToArray(), StrictUtf8.GetString(utf8));
        }

        return slot.Name;
    }

    private static int Hash(ReadOnlySpan<byte> utf8)
    {
        uint hash = (uint)utf8.Length;
        while (utf8.Length >= 4)
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt32LittleEndian(utf8)) * 0x9E3779B1;
            hash ^= hash >> 15;
            utf8 = utf8[4..];
        }

        foreach (byte value in utf8)
        {
            hash = (hash ^ value) * 0x9E3779B1;
        }

        return (int)(hash ^ (hash >> 16));
    }
}
