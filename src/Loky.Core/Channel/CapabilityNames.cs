namespace Loky.Channel;

/// <summary>Capabilities as they are sent: an array of names, of which a reader leaves out those that it does not know.</summary>
internal static class CapabilityNames
{
    // Room for what later versions can do, and none for who only wants to fill memory.
    private const int MaxNames = 64;
    private const int MaxLength = 32;

    private static readonly (Capabilities Capability, string Name)[] Known =
    [
        (Capabilities.Scripts, "scripts"),
        (Capabilities.Cancel, "cancel"),
        (Capabilities.Recall, "recall"),
        (Capabilities.Acknowledge, "acknowledge"),
        (Capabilities.LinuxSignals, "linux-signals"),
        (Capabilities.MacSignals, "mac-signals"),
        (Capabilities.WindowsStatuses, "windows-statuses"),
        (Capabilities.SharedMemory, "shared-memory"),
    ];

    /// <summary>Gets the names of capabilities.</summary>
    public static IEnumerable<string> Of(Capabilities capabilities) =>
        Known.Where(known => (capabilities & known.Capability) != 0).Select(static known => known.Name);

    /// <summary>Writes capabilities.</summary>
    public static void Write(PooledBuffer buffer, Capabilities capabilities)
    {
        var writer = new WireWriter(buffer);
        writer.WriteArrayHeader(System.Numerics.BitOperations.PopCount((uint)capabilities));
        foreach ((Capabilities capability, string name) in Known)
        {
            if ((capabilities & capability) != 0)
            {
                writer.Write(name);
            }
        }
    }

    /// <summary>Reads capabilities.</summary>
    /// <exception cref="ProtocolException">They are more, or longer, than any version sends.</exception>
    /// <exception cref="WireFormatException">It is something else.</exception>
    public static Capabilities Read(ref WireReader reader)
    {
        int count = reader.ReadArrayHeader();
        if (count > MaxNames)
        {
            throw new ProtocolException(MessageText.Format(Messages.FrameTooLong, count, MaxNames));
        }

        Capabilities capabilities = Capabilities.None;
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadRequiredString();
            if (name.Length > MaxLength)
            {
                throw new ProtocolException(MessageText.Format(Messages.FrameTooLong, name.Length, MaxLength));
            }

            capabilities |= Array.Find(Known, known => known.Name == name).Capability;
        }

        return capabilities;
    }
}
