using System.Buffers.Binary;
using System.Text;

namespace Loky.PowerShell.Serialization;

/// <summary>The strings of property and type names by their UTF-8 bytes, so that ten thousand objects share the names of their
/// properties. A fixed number of slots: a name that falls on a taken one replaces it.</summary>
internal sealed class NameCache
{
    private const int Slots = 512;
    private const int LongestKept = 256;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Slot[] _slots = new Slot[Slots];

    public string Read(ref WireReader reader)
    {
        ReadOnlySpan<byte> utf8 = reader.ReadStringBytes();
        return utf8.Length > LongestKept ? StrictUtf8.GetString(utf8) : Find(utf8).Name;
    }

    /// <summary>Reads the name of a property, and tells whether it is one that was read as such before.</summary>
    public string ReadProperty(ref WireReader reader, out bool known)
    {
        ReadOnlySpan<byte> utf8 = reader.ReadStringBytes();
        if (utf8.Length > LongestKept)
        {
            known = false;
            return StrictUtf8.GetString(utf8);
        }

        ref Slot slot = ref Find(utf8);
        known = slot.IsProperty;
        slot.IsProperty = true;
        return slot.Name;
    }

    private ref Slot Find(ReadOnlySpan<byte> utf8)
    {
        ref Slot slot = ref _slots[Hash(utf8) & (Slots - 1)];
        if (slot.Utf8 is null || !utf8.SequenceEqual(slot.Utf8))
        {
            slot = new Slot(utf8.ToArray(), StrictUtf8.GetString(utf8));
        }

        return ref slot;
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

    private struct Slot(byte[] utf8, string name)
    {
        public readonly byte[]? Utf8 = utf8;
        public readonly string Name = name;
        public bool IsProperty;
    }
}
