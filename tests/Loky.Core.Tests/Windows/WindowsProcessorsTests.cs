using System.Buffers.Binary;
using System.Runtime.Versioning;
using Loky.Tests.Support;
using Loky.Windows;
using Xunit;

namespace Loky.Tests.Windows;

/// <summary>The cores that Windows tells of.</summary>
public sealed class WindowsProcessorsTests
{
    [Fact]
    public void Each_record_of_a_core_is_one_whatever_its_size() =>
        Assert.Equal(3, WindowsProcessors.Count([.. Record(0, 48), .. Record(0, 64), .. Record(3, 76), .. Record(0, 48)]));

    [Fact]
    public void Records_that_make_no_sense_tell_nothing()
    {
        Assert.Null(WindowsProcessors.Count([]));
        Assert.Null(WindowsProcessors.Count([.. Record(0, 48), .. Record(0, 64)[..20]]));
        Assert.Null(WindowsProcessors.Count(new byte[48]));
    }

    [Theory]
    [InlineData(64, 128, 64, 64)]
    [InlineData(40, 80, 40, 40)]
    [InlineData(3, 3, 64, 64)]
    [InlineData(128, 128, 64, 64)]
    [InlineData(8, 8, 8)]
    public void Who_was_counted_one_group_of_several_gets_all(int counted, int expected, params int[] groups) =>
        Assert.Equal(expected, WindowsProcessors.OfAllGroups(counted, groups));

    [WindowsFact]
    [SupportedOSPlatform("windows")]
    public void A_machine_has_at_least_one_and_no_more_than_processors() =>
        Assert.InRange(WindowsProcessors.CountCores() ?? 0, 1, WindowsProcessors.OfAllGroups(Environment.ProcessorCount));

    private static byte[] Record(int kind, int size)
    {
        byte[] record = new byte[size];
        BinaryPrimitives.WriteInt32LittleEndian(record, kind);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), size);
        return record;
    }
}
