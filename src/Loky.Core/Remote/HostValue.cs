namespace Loky.Remote;

/// <summary>A shared value that a node agent has, or is being sent. Guarded by the queue.</summary>
internal sealed class HostValue(string key, long size)
{
    public string Key => key;

    public long Size => size;

    /// <summary>Gets or sets a value indicating whether all of it was sent.</summary>
    public bool IsThere { get; set; }

    /// <summary>Gets or sets how many workers wait for it, or were given it and have not taken it yet.</summary>
    public int Users { get; set; }

    /// <summary>Gets the streams that go on when it is there.</summary>
    public List<SendStream> Waiting { get; } = [];
}
