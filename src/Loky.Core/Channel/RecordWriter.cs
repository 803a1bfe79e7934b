namespace Loky.Channel;

/// <summary>
/// Writes records: a kind, the length of the value (seven bits a byte, lowest first) and the value, which need not be read
/// to count them. An item's last record can be marked as such later, in place of an end of its own.
/// </summary>
internal static class RecordWriter
{
    /// <summary>The bit of a kind that tells that the item ends with the record.</summary>
    public const byte EndBit = 0x80;

    /// <summary>The most bytes that stand in front of a value.</summary>
    public const int MaxHeadSize = 6;

    public static int WriteHead(Span<byte> target, RecordKind kind, int length)
    {
        target[0] = (byte)kind;
        int size = 1;
        for (uint rest = (uint)length; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                target[size++] = (byte)rest;
                return size;
            }

            target[size++] = (byte)(rest | 0x80);
        }
    }
}
