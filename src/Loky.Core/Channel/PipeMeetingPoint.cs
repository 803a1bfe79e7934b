using System.IO.Pipes;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Loky.Channel;

/// <summary>A named pipe and shared memory that only the user can open, which go with their last holder.</summary>
internal sealed class PipeMeetingPoint : MeetingPoint
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    private readonly string _name;

    private PipeMeetingPoint(string name) => _name = name;

    public override string Address => _name;

    public override bool WasVisited => true;

    /// <summary>Creates the shared memory, under a name that nobody can guess.</summary>
    [SupportedOSPlatform("windows")]
    public static new PipeMeetingPoint Create()
    {
        string name = "loky-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        return new PipeMeetingPoint(name) { Journal = TaskJournal.CreateNamed(name) };
    }

    [SupportedOSPlatform("windows")]
    public static new (FrameTransport Transport, TaskJournal Journal) Visit(string address)
    {
        TaskJournal journal = TaskJournal.OpenNamed(address);
        try
        {
            return (Connect(address), journal);
        }
        catch (TimeoutException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    /// <summary>Connects to the pipe of a name, which must be the user's own.</summary>
    /// <exception cref="TimeoutException">Nobody listens.</exception>
    public static FrameTransport Connect(string name)
    {
        var pipe = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        try
        {
            pipe.Connect(ConnectTimeout);
            return new PipeTransport(pipe);
        }
        catch
        {
            pipe.Dispose();
            throw;
        }
    }

    public override FrameListener Listen() => new PipeListener(_name);
}
