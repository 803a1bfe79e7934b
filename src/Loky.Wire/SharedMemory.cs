using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Loky.Wire;

/// <summary>
/// Bytes that are in memory once for all processes of a machine: a file of memory that has no name (memfd_create(2)), which nobody
/// can change, and which another process of the user opens by the path that the system has for a descriptor. Linux only; thread-safe.
/// </summary>
/// <remarks>
/// An array of them is made by putting pages of the file in the place of those that the collector gave it (mmap(2), private), so
/// that a page is copied only when it is written to. The collector does not see that: the array is pinned, has no references, and
/// what is written to its memory later, or given back, is so in this process alone. A page that the collector keeps in store after such
/// an array, because something pinned lies behind it, keeps the file.
/// </remarks>
internal sealed unsafe partial class SharedMemory : MemoryManager<byte>
{
    /// <summary>The least size that is worth a file and a mapping, in bytes.</summary>
    public const int MinSize = 1 << 20;

    /// <summary>The least size of an array that is not copied, in bytes: a smaller one is copied in the time that it takes to put it in its place.</summary>
    public const int MinArray = 4 << 20;

    // Where in a page the collector puts the elements of an array that gets a region of its own. A guess only, which saves one try.
    private const int UsualPlace = 56;

    // How often an array is made until it lies where it has to, and how much memory, of which nothing is used, that may take.
    private const int MaxTries = 8;
    private const long MostTried = 128 << 20;

    // Of all that this process has made or opened: the collector, which is to find out that nobody needs one any more, knows nothing of it.
    private const long CollectFrom = 256L << 20;

    private static readonly TimeSpan FinalizerPatience = TimeSpan.FromSeconds(1);

    private static volatile bool s_isAvailable = OperatingSystem.IsLinux();
    private static volatile bool s_canMap = true;
    private static long s_bytes;
    private static long s_most = CollectFrom;

    private readonly SafeFileHandle _file;
    private readonly int _start;
    private readonly int _length;
    private readonly Account _account;
    private readonly object _gate = new();
    private Mapping? _mapping;

    private SharedMemory(SafeFileHandle file, int start, int length)
    {
        (_file, _start, _length) = (file, start, length);
        _account = new Account(length);
    }

    /// <summary>Gets how many bytes of such memory this process holds, its own and what it has opened.</summary>
    public static long Held => Volatile.Read(ref s_bytes);

    /// <summary>Gets the bytes.</summary>
    public override Memory<byte> Memory => CreateMemory(_length);

    /// <summary>Gets where in the file the bytes start.</summary>
    public int Start => _start;

    /// <summary>Gets the path by which other processes of the user can open the file, as long as this one has it.</summary>
    public string Path => $"/proc/{Environment.ProcessId}/fd/{_file.DangerousGetHandle()}";

    /// <summary>Copies bytes to such memory; returns null where they are few, or the system has none.</summary>
    /// <param name="bytes">What is to be there.</param>
    /// <param name="name">What the system shows in place of a file's name.</param>
    /// <param name="block">Where in the bytes a block begins of which arrays are made.</param>
    public static SharedMemory? TryCreate(ReadOnlySpan<byte> bytes, string name, int block = 0)
    {
        if (bytes.Length < MinSize)
        {
            return null;
        }

        long most = Volatile.Read(ref s_most);
        if (Held + bytes.Length > most)
        {
            GC.Collect();
            _ = Task.Run(GC.WaitForPendingFinalizers).Wait(FinalizerPatience);
            Volatile.Write(ref s_most, Math.Max(CollectFrom, 2 * (Held + bytes.Length)));
        }
        else if (Held < most / 4)
        {
            Volatile.Write(ref s_most, Math.Max(CollectFrom, most / 2));
        }

        int page = Environment.SystemPageSize;
        return Create(bytes, name, (UsualPlace + page - (block % page)) % page);
    }

    /// <summary>Makes a little of such memory, by which another process can try whether it can open this one's; null where there is none.</summary>
    public static SharedMemory? CreateProbe(string name) => Create([1], name, 0);

    /// <summary>Opens what another process has.</summary>
    /// <exception cref="IOException">It is not there any more, or something else is.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not.</exception>
    public static SharedMemory Open(string path, string name, int start, int length)
    {
        // Looked at before it is opened, as that may wait where another file has the number by now, and after, as that may be so only then.
        ThrowIfOther(path, path, name);
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        try
        {
            ThrowIfOther($"/proc/self/fd/{file.DangerousGetHandle()}", path, name);
            return start >= 0 && length >= 0 && RandomAccess.GetLength(file) == (long)start + length
                ? new SharedMemory(file, start, length)
                : throw new FileNotFoundException(WireFormatException.Text(WireMessages.NotShared, path, name), path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Makes an array of a part of the bytes that takes no memory of its own until it is written to; null where that is impossible.</summary>
    public T[]? TryMap<T>(int start, int count)
        where T : unmanaged
    {
        int size = count * Unsafe.SizeOf<T>();
        long offset = (long)_start + start;
        if (!s_canMap || size < MinArray || offset % sizeof(long) != 0 || Allocate<T>(count, offset) is not { } array)
        {
            return null;
        }

        fixed (T* elements = array)
        {
            nuint page = (nuint)Environment.SystemPageSize;
            byte* begin = (byte*)elements;
            byte* first = (byte*)(((nuint)begin + page - 1) / page * page);
            byte* last = (byte*)(((nuint)begin + (nuint)size) / page * page);
            Span<byte> bytes = new(begin, size);
            if (Map(first, (nuint)(last - first), ReadWrite, Private | Fixed, _file, (nint)(offset + (first - begin))) != first)
            {
                // What was there may be gone already. If it cannot be had again, the collector must never use the place.
                if (Map(first, (nuint)(last - first), ReadWrite, Private | Fixed | Anonymous, NoFile, 0) != first)
                {
                    _ = GCHandle.Alloc(array);
                    s_canMap = false;
                }

                return null;
            }

            ReadOnlySpan<byte> all = GetSpan().Slice(start, size);
            int head = (int)(first - begin);
            int tail = (int)(begin + size - last);
            all[..head].CopyTo(bytes);
            all[^tail..].CopyTo(bytes[^tail..]);
            GC.KeepAlive(this);
            return array;
        }
    }

    /// <summary>Gets the bytes, which are only to be read: to write to them ends the process.</summary>
    public override Span<byte> GetSpan() => new(Address(), _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(Address() + elementIndex, pinnable: this);

    public override void Unpin()
    {
    }

    /// <summary>Mostly left to the collector, which alone knows who still reads.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _account.Dispose();
            _file.Dispose();
            _mapping?.Dispose();
        }
    }

    /// <summary>Makes a pinned array whose elements lie in a page where they lie in a page of the file; null where it gets none.</summary>
    private static T[]? Allocate<T>(int count, long offset)
        where T : unmanaged
    {
        int page = Environment.SystemPageSize;
        long size = (((long)count * Unsafe.SizeOf<T>()) + sizeof(long) - 1) / sizeof(long) * sizeof(long);
        int tries = (int)Math.Clamp(MostTried / (2 * size), 1, MaxTries);
        if (tries == 1 && offset % page != UsualPlace)
        {
            return null;
        }

        var tried = new List<Array>();
        try
        {
            while (true)
            {
                T[] array = GC.AllocateUninitializedArray<T>(count, pinned: true);
                nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
                long missing = (offset - (long)(address % (nuint)page) + page) % page;
                if (missing == 0)
                {
                    GC.KeepAlive(tried);
                    return array;
                }

                if (--tries == 0)
                {
                    return null;
                }

                // The next one lies behind this one and what is made between them, which is as large, or it would fill some smaller hole.
                // All are kept, or the collector would have the next ones fill the same holes.
                long gap = (((missing - size - ArrayOverhead) % page) + page) % page;
                tried.Add(array);
                tried.Add(GC.AllocateUninitializedArray<byte>((int)(Math.Max(size / page * page, page) + gap - ArrayOverhead), pinned: true));
            }
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    private static void ThrowIfOther(string link, string path, string name)
    {
        string? target = File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName;
        if (target?.StartsWith($"/memfd:{name} ", StringComparison.Ordinal) != true)
        {
            throw new FileNotFoundException(WireFormatException.Text(WireMessages.NotShared, path, target), path);
        }
    }

    private static SharedMemory? Create(ReadOnlySpan<byte> bytes, string name, int start)
    {
        if (!s_isAvailable)
        {
            return null;
        }

        SafeFileHandle? file = null;
        try
        {
            if (GetLimit(FileSize, out Limit limit) != 0 || (ulong)((long)start + bytes.Length) > limit.Current)
            {
                // To write more would end the process.
                return null;
            }

            file = CreateFile(name);
            if (!file.IsInvalid)
            {
                RandomAccess.Write(file, bytes, start);
                if (Control(file, AddSeals, SealAll) == 0)
                {
                    return new SharedMemory(file, start, bytes.Length);
                }
            }
        }
        catch (IOException)
        {
            // No room, which an array may have.
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            s_isAvailable = false;
        }

        file?.Dispose();
        return null;
    }

    private static SafeFileHandle CreateFile(string name)
    {
        int file = CreateFile(name, CloseOnExec | AllowSeals | NoExecution);

        // Before Linux 6.3 there was no such flag.
        file = file < 0 && Marshal.GetLastPInvokeError() == InvalidArgument ? CreateFile(name, CloseOnExec | AllowSeals) : file;
        return new SafeFileHandle(file, ownsHandle: true);
    }

    private byte* Address()
    {
        Mapping? mapping = Volatile.Read(ref _mapping);
        if (mapping is null)
        {
            lock (_gate)
            {
                mapping = _mapping ??= new Mapping(_file, (nuint)((long)_start + _length));
            }
        }

        return mapping.Address + _start;
    }
}
