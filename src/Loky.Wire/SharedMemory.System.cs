using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Loky.Wire;

/// <content>What Linux is asked for: memfd_create(2), fcntl(2), mmap(2), getrlimit(2); and what is had of it.</content>
internal sealed unsafe partial class SharedMemory
{
    private const uint CloseOnExec = 1;
    private const uint AllowSeals = 2;
    private const uint NoExecution = 8;
    private const int InvalidArgument = 22;

    private const int AddSeals = 1033;

    // Of more seals, of the length, and of the content.
    private const int SealAll = 1 | 2 | 4 | 8;

    private const int ReadOnly = 1;
    private const int ReadWrite = 3;
    private const int Private = 2;
    private const int Fixed = 16;
    private const int Anonymous = 32;

    private const int FileSize = 1;

    // What an array has beside its elements: type, length, and room for what the runtime notes of it.
    private const int ArrayOverhead = 24;

    private static readonly SafeFileHandle NoFile = new(-1, ownsHandle: false);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeFileHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Map(void* address, nuint length, int protection, int flags, SafeFileHandle file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    private struct Limit
    {
        public nuint Current;
        public nuint Most;
    }

    /// <summary>Counts the bytes as long as anybody may need them.</summary>
    private sealed class Account : IDisposable
    {
        private int _length;

        public Account(int length)
        {
            _length = length;
            _ = Interlocked.Add(ref s_bytes, length);
        }

        ~Account() => Dispose();

        public void Dispose()
        {
            GC.SuppressFinalize(this);
            _ = Interlocked.Add(ref s_bytes, -Interlocked.Exchange(ref _length, 0));
        }
    }

    /// <summary>The whole file in this process's memory, to be read.</summary>
    private sealed class Mapping : SafeHandleMinusOneIsInvalid
    {
        private readonly nuint _length;

        public Mapping(SafeFileHandle file, nuint length)
            : base(ownsHandle: true)
        {
            _length = length;
            SetHandle((nint)Map(null, length, ReadOnly, Private, file, 0));
            if (IsInvalid)
            {
                throw new IOException(WireFormatException.Text(WireMessages.NotMapped, length, Marshal.GetLastPInvokeErrorMessage()));
            }
        }

        public byte* Address => (byte*)handle;

        protected override bool ReleaseHandle() => Unmap((void*)handle, _length) == 0;
    }
}
