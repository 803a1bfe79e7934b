namespace Loky.Channel;

/// <summary>What each side of a handshake tells of itself behind the version of the protocol.</summary>
/// <param name="Version">The version of Loky that it is, for errors to name.</param>
/// <param name="Capabilities">What it can do.</param>
internal sealed record PeerInfo(string Version, Capabilities Capabilities)
{
    private static readonly string OwnVersion = typeof(PeerInfo).Assembly.GetName().Version!.ToString(3);

    /// <summary>Gets what a parent tells of itself.</summary>
    public static PeerInfo Parent { get; } = Here(Capabilities.Acknowledge);

    /// <summary>Gets what the exit codes of this system tell.</summary>
    public static Capabilities ExitCodesHere { get; } = OperatingSystem.IsWindows()
        ? Capabilities.WindowsStatuses
        : OperatingSystem.IsMacOS() ? Capabilities.MacSignals : Capabilities.LinuxSignals;

    /// <summary>Makes what this side tells of itself.</summary>
    public static PeerInfo Here(Capabilities capabilities) => new(OwnVersion, capabilities);

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    /// <exception cref="ProtocolException">It is more than any version sends.</exception>
    /// <exception cref="WireFormatException">It is something else.</exception>
    public static PeerInfo Read(ref WireReader reader) => new(reader.ReadRequiredString(), CapabilityNames.Read(ref reader));

    /// <summary>Tells whether it can do something.</summary>
    public bool Can(Capabilities what) => (Capabilities & what) == what;

    /// <summary>Writes it.</summary>
    public void WriteTo(PooledBuffer buffer)
    {
        new WireWriter(buffer).Write(Version);
        CapabilityNames.Write(buffer, Capabilities);
    }

    /// <summary>Throws where it lacks something.</summary>
    /// <param name="needed">What this side cannot do without.</param>
    /// <param name="format">The text of the error: takes what is missing, and the versions of both sides, each of Loky and of the protocol.</param>
    /// <param name="protocol">The version of the protocol, which is the same on both sides.</param>
    /// <exception cref="IncompatiblePeerException">It names what is missing, and the way out.</exception>
    public void Require(Capabilities needed, string format, int protocol)
    {
        if (!Can(needed))
        {
            string missing = string.Join("', '", CapabilityNames.Of(needed & ~Capabilities));
            throw new IncompatiblePeerException(MessageText.Format(format, missing, Version, OwnVersion, protocol));
        }
    }
}
