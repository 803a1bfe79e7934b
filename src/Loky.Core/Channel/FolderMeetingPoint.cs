using System.Net.Sockets;

namespace Loky.Channel;

/// <summary>A folder that only the user can enter, with a socket in it and the journal's file.</summary>
internal sealed class FolderMeetingPoint : MeetingPoint
{
    private readonly string _folder;

    private FolderMeetingPoint(string folder) => _folder = folder;

    public override string Address => _folder;

    /// <summary>A worker that has connected takes the folder away.</summary>
    public override bool WasVisited => !Directory.Exists(_folder);

    public static new FolderMeetingPoint Create() =>
        PrivateFolder.Create(static path => new FolderMeetingPoint(path) { Journal = TaskJournal.Create(JournalIn(path)) });

    /// <summary>Opens the journal and connects; both sides then take the folder away, as either may die.</summary>
    public static new (FrameTransport Transport, TaskJournal Journal) Visit(string address)
    {
        TaskJournal journal = TaskJournal.Open(JournalIn(address));
        return (Connect(SocketIn(address)), journal);
    }

    /// <summary>Deletes what there is of a place; does nothing where the other side has done so.</summary>
    public static void RemoveAt(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                // By name: what walks a folder is compiled first, in each worker that starts.
                File.Delete(JournalIn(folder));
                File.Delete(SocketIn(folder));
                Directory.Delete(folder);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            PrivateFolder.Delete(folder);
        }
    }

    public static string JournalIn(string folder) => Path.Combine(folder, "j");

    public static string SocketIn(string folder) => Path.Combine(folder, "s");

    public override FrameListener Listen() => new SocketListener(SocketIn(_folder));

    private static FrameTransport Connect(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                return SystemSocketTransport.Connect(path);
            }
            catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
            {
                // Another C library.
            }
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return new SocketTransport(socket);
    }

    private sealed class SocketListener : FrameListener
    {
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        public SocketListener(string path)
        {
            _socket.Bind(new UnixDomainSocketEndPoint(path));
            _socket.Listen(4);
        }

        public override async Task<FrameTransport> AcceptAsync(CancellationToken cancellationToken) =>
            new SocketTransport(await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false));

        public override void Dispose() => _socket.Dispose();
    }
}
