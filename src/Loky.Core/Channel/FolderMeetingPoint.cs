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
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(SocketIn(address)));
        return (new SocketTransport(socket), journal);
    }

    public static string JournalIn(string folder) => Path.Combine(folder, "j");

    public static string SocketIn(string folder) => Path.Combine(folder, "s");

    public override FrameListener Listen() => new SocketListener(SocketIn(_folder));

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
