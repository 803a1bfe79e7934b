using System.Buffers;

namespace Loky.Wire;

/// <summary>Lends arrays to be used again: small ones from the shared pool, large ones from our own store. Thread-safe.</summary>
internal static class ByteArrays
{
    private const int LargestShared = 1 << 20;

    /// <summary>Lends an array of at least so many bytes, whose content is anything.</summary>
    public static byte[] Rent(int length) => length <= LargestShared ? ArrayPool<byte>.Shared.Rent(length) : LargeArrays.Shared.Rent(length);

    public static void Return(byte[] array)
    {
        if (array.Length <= LargestShared)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
        else
        {
            LargeArrays.Shared.Return(array);
        }
    }
}
