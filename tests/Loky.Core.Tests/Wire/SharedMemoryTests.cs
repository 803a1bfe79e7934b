using System.Runtime;
using System.Runtime.CompilerServices;
using Loky.Tests.Support;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Wire;

/// <summary>Bytes in memory that processes share, and arrays made of them; here one process has both ends.</summary>
[Collection(RunsAlone.Name)]
public sealed class SharedMemoryTests
{
    private const int Large = 64 << 20;
    private const int Least = 4 << 20;
    private const string Name = "loky-test";

    [LinuxTheory]
    [InlineData(Least, 0)]
    [InlineData(Least + 1, 5)]
    [InlineData((5 << 20) + 12_345, 17)]
    [InlineData(Large + 4095, 5)]
    public void An_array_has_the_bytes_from_the_block_on(int size, int block)
    {
        byte[] content = Content(block + size);
        SharedMemory opened = Reopen(SharedMemory.TryCreate(content, Name, block)!);
        Assert.True(opened.Memory.Span.SequenceEqual(content));
        Assert.Equal(content[block..], Map<byte>(opened, block, size));
    }

    [LinuxFact]
    public void An_array_of_numbers_has_them()
    {
        double[] numbers = [.. Enumerable.Range(0, 600_000).Select(static i => i / 7.0)];
        byte[] content = new byte[13 + (numbers.Length * sizeof(double))];
        Buffer.BlockCopy(numbers, 0, content, 13, numbers.Length * sizeof(double));
        Assert.Equal(numbers, Map<double>(Reopen(SharedMemory.TryCreate(content, Name, 13)!), 13, numbers.Length));
    }

    [LinuxFact]
    public void A_value_is_read_as_an_array_that_takes_no_memory_of_its_own()
    {
        const string name = "loky-own-memory";
        using var buffer = new PooledBuffer();
        new WireWriter(buffer).WriteBinary(Content(Large));
        byte[] array = Read(SharedMemory.TryCreate(buffer.WrittenSpan, name, buffer.FirstLargeBlock)!);
        Assert.Equal(Content(Large), array);
        (long mapped, long own) = SharedPages.Of(name);

        // The file, as it is read, and the array's part of it.
        Assert.InRange(mapped, (2L * Large) - (2 * Environment.SystemPageSize), 3L * Large);
        Assert.Equal(0, own);

        // A page is as large as it gets for one byte.
        array[Large / 2]++;
        Assert.Equal(Environment.SystemPageSize, SharedPages.Of(name).Own);
    }

    [LinuxFact]
    public void What_is_written_to_an_array_is_in_no_other()
    {
        byte[] content = Content(Large);
        SharedMemory shared = SharedMemory.TryCreate(content, Name)!;
        byte[] one = Reopen(shared).TryMap<byte>(0, Large)!;
        byte[] other = Reopen(shared).TryMap<byte>(0, Large)!;
        one.AsSpan().Fill(0xAA);
        Assert.Equal(content, other);
        Assert.True(shared.Memory.Span.SequenceEqual(content));
        Assert.Equal(-1, one.AsSpan().IndexOfAnyExcept((byte)0xAA));
    }

    [LinuxFact]
    public void Where_an_array_was_the_collector_may_put_what_it_likes()
    {
        SharedMemory shared = SharedMemory.TryCreate(Content(Least), Name)!;
        int mapped = 0;
        for (int i = 0; i < 100; i++)
        {
            mapped += MapAndForget(shared, written: i % 2 == 0) ? 1 : 0;
            if (i % 10 == 9)
            {
                GC.Collect(2, i % 20 == 9 ? GCCollectionMode.Aggressive : GCCollectionMode.Forced, blocking: true, compacting: true);
            }

            byte[] fresh = GC.AllocateArray<byte>(Least, pinned: true);
            Assert.Equal(-1, fresh.AsSpan().IndexOfAnyExcept((byte)0));
            fresh.AsSpan().Fill(1);
            Assert.Equal(-1, fresh.AsSpan().IndexOfAnyExcept((byte)1));
        }

        // Not each lies where it has to: the collector has holes to fill.
        Assert.InRange(mapped, 50, 100);
        Assert.True(shared.Memory.Span.SequenceEqual(Content(Least)));
    }

    [LinuxFact]
    public async Task Memory_that_nobody_has_any_more_is_given_back()
    {
        const string name = "loky-given-back";
        CreateAndForget(name);
        Assert.Contains(name, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
        await Until.True(() =>
        {
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            return !File.ReadAllText("/proc/self/maps").Contains(name, StringComparison.Ordinal) && !HasDescriptor(name);
        }, "the memory is given back");
    }

    [LinuxFact]
    public void Nobody_can_change_it()
    {
        SharedMemory shared = SharedMemory.TryCreate(Content(SharedMemory.MinSize), Name)!;
        using var file = new FileStream(shared.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        _ = Assert.ThrowsAny<Exception>(() => file.Write([1]));
        _ = Assert.ThrowsAny<Exception>(() => file.SetLength(1));
        Assert.True(shared.Memory.Span.SequenceEqual(Content(SharedMemory.MinSize)));
    }

    [LinuxFact]
    public void Something_else_is_not_taken_for_it()
    {
        SharedMemory shared = SharedMemory.TryCreate(Content(SharedMemory.MinSize), Name)!;
        _ = Assert.ThrowsAny<IOException>(() => SharedMemory.Open(shared.Path, "loky-tes", shared.Start, SharedMemory.MinSize));
        _ = Assert.ThrowsAny<IOException>(() => SharedMemory.Open(shared.Path, Name, shared.Start, SharedMemory.MinSize + 1));
        _ = Assert.ThrowsAny<IOException>(() => SharedMemory.Open(shared.Path, Name, -1, SharedMemory.MinSize + shared.Start + 1));
        _ = Assert.ThrowsAny<IOException>(() => SharedMemory.Open($"/proc/{Environment.ProcessId}/fd/99999", Name, 0, SharedMemory.MinSize));
        _ = Assert.ThrowsAny<IOException>(() => SharedMemory.Open(typeof(SharedMemory).Assembly.Location, Name, 0, SharedMemory.MinSize));
        GC.KeepAlive(shared);
    }

    [LinuxFact]
    public void A_process_finds_out_whether_it_can_open_what_another_has()
    {
        string probe = SharedMemories.Probe!;
        Assert.True(SharedMemories.CanOpen(probe));
        Assert.False(SharedMemories.CanOpen(null));
        Assert.False(SharedMemories.CanOpen($"/proc/{Environment.ProcessId}/fd/99999"));
        Assert.False(SharedMemories.CanOpen(typeof(SharedMemory).Assembly.Location));
        SharedMemory other = SharedMemory.CreateProbe("loky-other")!;
        Assert.False(SharedMemories.CanOpen(other.Path));
        GC.KeepAlive(other);
    }

    [LinuxFact]
    public void Memory_that_nobody_has_any_more_does_not_gather()
    {
        const string name = "loky-gathering";
        long most = 0;
        for (int i = 0; i < 100; i++)
        {
            CreateAndDrop(name, i);
            most = Math.Max(most, Directory.EnumerateFiles("/proc/self/fd").Count(path => IsNamed(path, name)));
        }

        // Of 64 MB each, while 256 MB start a collection.
        Assert.InRange(most, 1, 10);
    }

    [Fact]
    public void Few_bytes_are_not_worth_it() => Assert.Null(SharedMemory.TryCreate(new byte[SharedMemory.MinSize - 1], Name));

    [LinuxFact]
    public void A_small_array_is_copied() => Assert.Null(SharedMemory.TryCreate(new byte[Least], Name)!.TryMap<byte>(0, Least - 1));

    /// <summary>Makes an array, which a heap with holes may not have in its place at once.</summary>
    private static T[] Map<T>(SharedMemory memory, int start, int count)
        where T : unmanaged
    {
        for (int i = 0; i < 100; i++)
        {
            if (memory.TryMap<T>(start, count) is { } array)
            {
                return array;
            }
        }

        throw new InvalidOperationException("No array in a hundred lay where it had to.");
    }

    private static byte[] Content(int size)
    {
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private static SharedMemory Reopen(SharedMemory memory)
    {
        SharedMemory opened = SharedMemory.Open(memory.Path, Name, memory.Start, memory.Memory.Length);
        GC.KeepAlive(memory);
        return opened;
    }

    private static byte[] Read(SharedMemory memory)
    {
        var reader = new WireReader(memory.Memory);
        return reader.ToArray<byte>(reader.ReadBinary());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool MapAndForget(SharedMemory memory, bool written)
    {
        if (memory.TryMap<byte>(0, Least) is not { } array)
        {
            return false;
        }

        Assert.Equal(memory.Memory.Span[123_456], array[123_456]);
        if (written)
        {
            array.AsSpan().Fill(0xFF);
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CreateAndForget(string name)
    {
        SharedMemory shared = SharedMemory.TryCreate(Content(Large), name)!;
        SharedMemory opened = SharedMemory.Open(shared.Path, name, shared.Start, Large);
        Assert.Equal(shared.Memory.Span[5], opened.TryMap<byte>(0, Large)![5]);
        GC.KeepAlive(shared);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CreateAndDrop(string name, int content)
    {
        byte[] bytes = LargeArrays.Shared.Rent(Large);
        bytes[0] = (byte)content;
        Assert.NotNull(SharedMemory.TryCreate(bytes, name));
        LargeArrays.Shared.Return(bytes);
    }

    private static bool HasDescriptor(string name) => Directory.EnumerateFiles("/proc/self/fd").Any(path => IsNamed(path, name));

    private static bool IsNamed(string path, string name) => new FileInfo(path).LinkTarget?.Contains(name, StringComparison.Ordinal) == true;
}
