namespace Loky.Channel;

/// <summary>What a parent tells a worker that has connected, first: all that it needs to prepare itself.</summary>
internal sealed record WorkerSetup
{
    // What else stands in the frame takes less than this.
    private const int LargestRunnerSettings = Frame.MaxPayload - (1 << 20);

    /// <summary>Gets what the start-up hooks variable held before, to restore for the worker's children.</summary>
    public string? UserStartupHooks { get; init; }

    /// <summary>Gets how many bytes of memory the worker may have before it asks to be replaced; 0 for any amount.</summary>
    public long MaxMemory { get; init; }

    /// <summary>Gets by how many bytes the worker may grow before it asks to be replaced; 0 for any amount.</summary>
    public long MaxGrowth { get; init; }

    /// <summary>Gets what the runner of delegates needs for its start: the executor's converters.</summary>
    public ReadOnlyMemory<byte> DelegateSettings { get; init; }

    /// <summary>Gets what the runner needs for its start, in a form that only the runner knows.</summary>
    public ReadOnlyMemory<byte> RunnerSettings { get; init; }

    /// <summary>Throws where the settings do not fit into one message.</summary>
    /// <exception cref="TaskSerializationException">The settings do not fit into one message.</exception>
    public static void CheckSize(long runnerSettings)
    {
        if (runnerSettings > LargestRunnerSettings)
        {
            throw new TaskSerializationException(MessageText.Format(Messages.RunnerSettingsTooLong, runnerSettings, LargestRunnerSettings));
        }
    }

    /// <summary>Makes the frame; the runner's settings are sent from where they lie, to any number of workers.</summary>
    public OutgoingFrame ToFrame()
    {
        var head = new PooledBuffer();
        int start = FrameWriter.Begin(head, FrameType.Setup);
        var writer = new WireWriter(head);
        writer.WriteArrayHeader(4);
        writer.Write(UserStartupHooks);
        writer.Write(MaxMemory);
        writer.Write(MaxGrowth);
        writer.WriteBinary(DelegateSettings.Span);
        FrameWriter.End(head, start, RunnerSettings.Length);
        return new OutgoingFrame(head, RunnerSettings);
    }

    public static WorkerSetup Read(ReadOnlyMemory<byte> payload)
    {
        var reader = new WireReader(payload);
        reader.ReadArrayHeader(4);
        return new WorkerSetup
        {
            UserStartupHooks = reader.ReadString(),
            MaxMemory = reader.ReadInt64(),
            MaxGrowth = reader.ReadInt64(),
            DelegateSettings = reader.ReadBinary().ToArray(),
            RunnerSettings = payload[reader.Position..].ToArray(),
        };
    }
}
