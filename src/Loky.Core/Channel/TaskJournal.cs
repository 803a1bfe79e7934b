using System.IO.MemoryMappedFiles;
using System.Runtime.Versioning;
using Loky.Connections;

namespace Loky.Channel;

/// <summary>
/// Memory shared by a worker and its parent that outlives the worker: which item it started last, and the records that it had
/// not sent; so the parent knows, whatever killed the worker, what was running and what the items before returned.
/// </summary>
/// <remarks>
/// The worker writes, one thread at a time; the parent reads times, and what was opened, at any time, the rest once the worker is dead. Layout: started
/// (64 bits at 0), committed length of the outbox (32 at 8), time of the start (64 at 16), time since when the item is held
/// back (64 at 24), shared values opened (64 at 32), and from <see cref="OutboxOffset"/> on a whole <see cref="FrameType.Records"/> frame.
/// </remarks>
internal sealed unsafe class TaskJournal : ILedger, IDisposable
{
    public const int Size = 128 * 1024;

    public const int OutboxOffset = 64;

    public const int OutboxCapacity = Size - OutboxOffset;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _memory;
    private bool _disposed;

    private TaskJournal(FileStream stream)
        : this(MemoryMappedFile.CreateFromFile(
            stream, mapName: null, Size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false))
    {
    }

    private TaskJournal(MemoryMappedFile file)
    {
        _file = file;
        _view = _file.CreateViewAccessor(0, Size);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _memory);
        _memory += _view.PointerOffset;
    }

    /// <summary>Gets or sets the sequence number of the item that was started last; 0 before the first.</summary>
    public long Started
    {
        get => Volatile.Read(ref *(long*)_memory);
        set => Volatile.Write(ref *(long*)_memory, value);
    }

    /// <summary>Gets or sets when it started, as a <c>Stopwatch</c> time stamp: a clock that processes share.</summary>
    public long StartedAt
    {
        get => Volatile.Read(ref *(long*)(_memory + 16));
        set => Volatile.Write(ref *(long*)(_memory + 16), value);
    }

    /// <summary>Gets or sets since when the item waits for its output to be read, as a time stamp; 0 while it does not.</summary>
    public long HeldSince
    {
        get => Volatile.Read(ref *(long*)(_memory + 24));
        set => Volatile.Write(ref *(long*)(_memory + 24), value);
    }

    /// <summary>Gets or sets how many shared values the worker has opened in its parent's memory.</summary>
    public long Opened
    {
        get => Volatile.Read(ref *(long*)(_memory + 32));
        set => Volatile.Write(ref *(long*)(_memory + 32), value);
    }

    /// <summary>Gets or sets how many bytes of the outbox are valid.</summary>
    public int Committed
    {
        get => Volatile.Read(ref *(int*)(_memory + 8));
        set => Volatile.Write(ref *(int*)(_memory + 8), value);
    }

    /// <summary>Reads nothing once the journal is disposed of.</summary>
    public LedgerEntry Look()
    {
        bool isHeld = false;
        try
        {
            _view.SafeMemoryMappedViewHandle.DangerousAddRef(ref isHeld);
            return new LedgerEntry(Started, StartedAt, HeldSince);
        }
        catch (ObjectDisposedException)
        {
            return default;
        }
        finally
        {
            if (isHeld)
            {
                _view.SafeMemoryMappedViewHandle.DangerousRelease();
            }
        }
    }

    public Span<byte> Outbox => new(_memory + OutboxOffset, OutboxCapacity);

    /// <summary>Creates the file with all its bytes allocated, so that writing to it cannot fail.</summary>
    public static TaskJournal Create(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            PreallocationSize = Size,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var stream = new FileStream(path, options);
        stream.SetLength(Size);
        return new TaskJournal(stream);
    }

    public static TaskJournal Open(string path) =>
        new(new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Creates shared memory with a name and without a file; all of it is allocated at once.</summary>
    [SupportedOSPlatform("windows")]
    public static TaskJournal CreateNamed(string name) => new(MemoryMappedFile.CreateNew(@"Local\" + name, Size));

    [SupportedOSPlatform("windows")]
    public static TaskJournal OpenNamed(string name) => new(MemoryMappedFile.OpenExisting(@"Local\" + name));

    /// <summary>
    /// Gets the payload of the frame that the worker had begun after frame <paramref name="lastFrameNumber"/> and not
    /// sent, with the count of ended items made exact; empty if there is none. To be called once the worker is dead.
    /// </summary>
    /// <exception cref="ProtocolException">The worker left something else there.</exception>
    public byte[] RecoverUnsent(long lastFrameNumber)
    {
        int committed = Committed;
        if (committed < Frame.HeaderSize + RecordsHeader.Size || committed > OutboxCapacity)
        {
            return [];
        }

        byte[] payload = Outbox[Frame.HeaderSize..committed].ToArray();
        RecordsHeader header = RecordsHeader.Read(payload);
        if (header.FrameNumber != lastFrameNumber + 1)
        {
            return [];
        }

        // The worker counts at the end of each item, just before it commits; only the committed records are certain.
        int ended = RecordReader.CountEnded(payload.AsMemory(RecordsHeader.Size));
        (header with { EndedCount = ended }).Write(payload);
        return payload;
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
