namespace Loky.Channel;

/// <summary>
/// Writes records: a kind, and for all but the end of an item the length of the value, seven bits a byte from the lowest
/// on, and the value. So they can be counted and told apart without a look at the values. The last record of an item can
/// be marked as such later, which takes the place of an end of its own.
/// </summary>
internal static class RecordWriter
{
    /// <summary>The bit of a kind that tells that the item ends with the record.</summary>
    public const byte EndBit = 0x80;

    /// <summary>The most bytes that stand in front of a value.</summary>
    public const int MaxHeadSize = 6;

    /// <summary>Writes what stands in front of a value, and returns its size.</summary>
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
