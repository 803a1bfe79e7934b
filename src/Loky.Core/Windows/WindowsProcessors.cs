using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Loky.Windows;

/// <summary>The processors of the machine as Windows tells of them, those of all processor groups.</summary>
internal static partial class WindowsProcessors
{
    private const int RelationProcessorCore = 0;

    /// <summary>Counts the cores; null where the system does not tell.</summary>
    [SupportedOSPlatform("windows")]
    public static int? CountCores()
    {
        // It does not fit in nothing, and the system says what it needs.
        uint size = 0;
        _ = GetLogicalProcessorInformationEx(RelationProcessorCore, [], ref size);
        byte[] records = new byte[size];
        return size > 0 && GetLogicalProcessorInformationEx(RelationProcessorCore, records, ref size) ? Count(records.AsSpan(0, (int)size)) : null;
    }

    /// <summary>Returns the processors of all groups: the runtime counts one before Windows 11, but workers use all.</summary>
    [SupportedOSPlatform("windows")]
    public static int OfAllGroups(int counted) =>
        OfAllGroups(counted, [.. Enumerable.Range(0, GetActiveProcessorGroupCount()).Select(static group => (int)GetActiveProcessorCount((ushort)group))]);

    /// <summary>Does so with groups of some sizes; a count that is none of theirs was limited by affinity or by a job.</summary>
    internal static int OfAllGroups(int counted, IReadOnlyCollection<int> groups) =>
        groups.Count > 1 && groups.Contains(counted) ? groups.Sum() : counted;

    /// <summary>Counts the cores in SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX records: 32 bits of kind, then of size.</summary>
    internal static int? Count(ReadOnlySpan<byte> records)
    {
        int cores = 0;
        while (records.Length >= 8)
        {
            int size = BinaryPrimitives.ReadInt32LittleEndian(records[4..]);
            if (size < 8 || size > records.Length)
            {
                return null;
            }

            cores += BinaryPrimitives.ReadInt32LittleEndian(records) == RelationProcessorCore ? 1 : 0;
            records = records[size..];
        }

        return cores > 0 ? cores : null;
    }

    [LibraryImport("kernel32")]
    private static partial ushort GetActiveProcessorGroupCount();

    [LibraryImport("kernel32")]
    private static partial uint GetActiveProcessorCount(ushort group);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetLogicalProcessorInformationEx(int relationship, [Out] byte[] records, ref uint size);
}
