using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Loky.Tests.Support;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Wire;

/// <summary>That the system is asked for large pages for large arrays, wherever they come from.</summary>
public sealed class LargePagesTests
{
    [HugePagesFact]
    public void Large_pages_are_asked_for_a_large_array_of_any_elements()
    {
        long[] array = LargePages.Allocate<long>(4 << 20);
        Assert.True(IsAdvised(ref Unsafe.As<long, byte>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length * sizeof(long)));
        GC.KeepAlive(array);
    }

    [HugePagesFact]
    public void Large_pages_are_asked_for_what_is_lent()
    {
        byte[] array = new LargeArrays().Rent(32 << 20);
        Assert.True(IsAdvised(ref MemoryMarshal.GetArrayDataReference(array), array.Length));
        GC.KeepAlive(array);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(LargePages.Threshold - 1)]
    [InlineData(LargePages.Threshold)]
    [InlineData(LargePages.Threshold + 1)]
    public void An_array_of_any_length_can_be_written_from_end_to_end(int length)
    {
        byte[] array = LargePages.Allocate<byte>(length);
        array.AsSpan().Fill(7);
        Assert.Equal(length, array.Length);
        Assert.Equal(-1, array.AsSpan().IndexOfAnyExcept((byte)7));
    }

    /// <summary>Tells whether the mapping that has the middle of an array is marked so ("hg"); the kernel tells it in smaps.</summary>
    private static unsafe bool IsAdvised(ref byte first, int length)
    {
        ulong middle = (ulong)(nuint)Unsafe.AsPointer(ref first) + ((ulong)length / 2);
        bool isIt = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts[0].Contains('-', StringComparison.Ordinal))
            {
                ulong[] ends = [.. parts[0].Split('-').Select(static end => ulong.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
                isIt = middle >= ends[0] && middle < ends[1];
            }
            else if (isIt && parts[0] == "VmFlags:")
            {
                return parts.Contains("hg");
            }
        }

        return false;
    }
}
