namespace Loky.Channel;

/// <summary>Where a worker and its parent meet: a folder, or on Windows names, that nobody but the user can open.</summary>
internal abstract class MeetingPoint
{
    /// <summary>Gets what the worker is told, to find it; no secret.</summary>
    public abstract string Address { get; }

    /// <summary>Gets a value indicating whether it is known that the worker has come, and said something.</summary>
    public abstract bool WasVisited { get; }

    /// <summary>Gets the journal, which the parent has created with it; the caller disposes of it.</summary>
    public required TaskJournal Journal { get; init; }

    /// <summary>Creates one, for the parent.</summary>
    /// <exception cref="IOException">There is no room for it.</exception>
    public static MeetingPoint Create() => OperatingSystem.IsWindows() ? PipeMeetingPoint.Create() : FolderMeetingPoint.Create();

    /// <summary>Opens the journal, connects, and leaves, for the worker.</summary>
    /// <exception cref="IOException">Nobody is there any more.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">Likewise.</exception>
    public static (FrameTransport Transport, TaskJournal Journal) Visit(string address) =>
        OperatingSystem.IsWindows() ? PipeMeetingPoint.Visit(address) : FolderMeetingPoint.Visit(address);

    public static void Remove(string address)
    {
        if (!OperatingSystem.IsWindows())
        {
            FolderMeetingPoint.RemoveAt(address);
        }
    }

    /// <summary>Begins to listen: the worker may come from here on.</summary>
    public abstract FrameListener Listen();

    public void Remove() => Remove(Address);
}
