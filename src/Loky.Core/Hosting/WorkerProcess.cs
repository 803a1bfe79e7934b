using System.Reflection;
using System.Runtime.Loader;
using Loky.Channel;
using Loky.Launch;
using Loky.Windows;

namespace Loky.Hosting;

/// <summary>A worker's process: reads the channel on one thread, runs items on another, and ends with the channel.</summary>
internal sealed class WorkerProcess
{
    private readonly FrameTransport _transport;
    private readonly TaskJournal _journal;
    private readonly Outbox _outbox;
    private readonly BatchQueue _queue = new(IdleMemory.Release);
    private readonly Dictionary<int, WorkerGroup> _groups = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _shared = [];
    private readonly DelegateRunner _delegates = new();
    private readonly List<WorkerBatch> _batches = [];
    private readonly TaskCompletionSource<WorkerSetup> _setup = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IRunner? _scripts;
    private WorkerGroup? _lastCall;

    private WorkerProcess(FrameTransport transport, TaskJournal journal, LaunchRequest request)
    {
        (_transport, _journal) = (transport, journal);
        _outbox = new Outbox(transport, journal, request.IsCrowded ? Outbox.CrowdedDelay : Outbox.Delay, request.Parent.Can(Capabilities.Acknowledge));
    }

    /// <summary>Runs the worker, by the launch request in <paramref name="input"/>, and exits the process.</summary>
    public static void RunAndExit(Stream input)
    {
        LaunchRequest request;
        try
        {
            request = LaunchRequest.ReadFrom(input);
        }
        catch (ProtocolException exception)
        {
            // Started by hand, or by a parent that died before it had written everything.
            Console.Error.WriteLine(exception.Message);
            Environment.Exit(2);
            return;
        }

        if (OperatingSystem.IsWindows() && request.CodePage > 0)
        {
            WindowsConsole.SetCodePage(request.CodePage);
        }

        WorkerRuntime.KeepFromChildren();
        ProcessGroup.Separate();
        WorkerContext.Enter(request.Depth);

        WorkerProcess worker;
        try
        {
            worker = Connect(request);
        }
        catch (Exception exception) when (FrameTransport.IsLoss(exception))
        {
            // The parent died while this process started, and can no longer remove what it had put there.
            MeetingPoint.Remove(request.Address);
            ProcessGroup.KillOwn();
            return;
        }

        new Thread(worker.ReadChannel) { IsBackground = true, Name = "Loky channel" }.Start();
        try
        {
            worker.RunItems(request);
        }
        catch (Exception exception) when (FrameTransport.IsLoss(exception))
        {
            // Nobody listens any more: no crash to be reported, but the end.
            ProcessGroup.KillOwn();
        }

        Environment.Exit(0);
    }

    private static WorkerProcess Connect(LaunchRequest request)
    {
        (FrameTransport transport, TaskJournal journal) = MeetingPoint.Visit(request.Address);
        var worker = new WorkerProcess(transport, journal, request);
        using var hello = new PooledBuffer();
        Handshake.Write(hello, request.Secret, Environment.ProcessId, PeerInfo.Here(CapabilitiesOf(request)));
        worker._outbox.Send(hello);

        // All that was there for is done; the parent deletes it too, unless it dies first.
        MeetingPoint.Remove(request.Address);
        return worker;
    }

    private static Capabilities CapabilitiesOf(LaunchRequest request) =>
        Capabilities.Cancel | Capabilities.Recall
        | (request.RunnerAssembly is null ? Capabilities.None : Capabilities.Scripts)
        | (SharedMemories.CanOpen(request.Probe) ? Capabilities.SharedMemory : Capabilities.None);

    private void RunItems(LaunchRequest request)
    {
        WorkerSetup setup;
        try
        {
            // Loaded while the setup is on its way; should it never come, the end of the channel ends the process.
            _scripts = request.RunnerAssembly is null ? null : LoadRunner(request.RunnerAssembly);
            setup = _setup.Task.GetAwaiter().GetResult();
            Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", setup.UserStartupHooks);
            _delegates.Start(setup.DelegateSettings, SendStartRecord);
            _scripts?.Start(setup.RunnerSettings, SendStartRecord);
        }
        catch (Exception exception)
        {
            ReportFailure(exception);
            return;
        }

        var memory = new MemoryWatch(new ProcessMemory(_outbox.Exclude), setup.MaxMemory, setup.MaxGrowth);
        if (memory.IsExceededAtStart(out MemoryExcess excess))
        {
            // Another would be no better, and so on for ever.
            ReportFailure(new InvalidOperationException(MessageText.Format(Messages.MemoryLimitTooSmall, Environment.ProcessId, excess.UsedMegabytes, excess.AllowedMegabytes)));
            return;
        }

        using var ready = new PooledBuffer();
        FrameWriter.WriteEmpty(ready, FrameType.Ready);
        _outbox.Send(ready);

        var items = new ItemSource(_queue, _outbox, memory);
        bool completed;
        do
        {
            if (items.TryOpen())
            {
                RunGroup(items);
            }

            foreach (WorkerGroup group in _queue.TakeEnded(out completed))
            {
                RunnerOf(group).End(group);
            }
        }
        while (!completed || items.HasOpenBatch);

        _outbox.Flush();
    }

    private void RunGroup(ItemSource items)
    {
        using var trace = new TraceContext(items.Group.TraceParent);
        try
        {
            RunnerOf(items.Group).Run(items);
        }
        catch (Exception exception)
        {
            if (!items.InItem)
            {
                throw;
            }

            FailItem(items, exception);
        }
    }

    private static void FailItem(ItemSource items, Exception exception)
    {
        using var buffer = new PooledBuffer();
        DelegateRunner.Exceptions.WriteException(buffer, exception);
        items.NoteError(exception.GetType().FullName, ends: true);
        items.Write(RecordKind.Failed, buffer.WrittenSpan);
        items.EndItem();
    }

    private IRunner RunnerOf(WorkerGroup group) => group.Kind == TaskKind.Script ? _scripts! : _delegates;

    private void ReportFailure(Exception exception)
    {
        using var buffer = new PooledBuffer();
        int start = FrameWriter.Begin(buffer, FrameType.Failure);
        DelegateRunner.Exceptions.WriteException(buffer, exception);
        FrameWriter.End(buffer, start);
        _outbox.Send(buffer);
    }

    private void SendStartRecord(RecordKind kind, ReadOnlySpan<byte> value)
    {
        using var buffer = new PooledBuffer();
        int start = FrameWriter.Begin(buffer, FrameType.StartRecord);
        buffer.Advance(RecordWriter.WriteHead(buffer.GetSpan(RecordWriter.MaxHeadSize), kind, value.Length));
        value.CopyTo(buffer.GetSpan(value.Length));
        buffer.Advance(value.Length);
        FrameWriter.End(buffer, start);
        _outbox.Send(buffer);
    }

    private static IRunner LoadRunner(string path)
    {
        Assembly assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
        return (IRunner)Activator.CreateInstance(assembly.GetCustomAttribute<RunnerAttribute>()!.Runner, nonPublic: true)!;
    }

    private void ReadChannel()
    {
        try
        {
            using var reader = new FrameReader();
            while (true)
            {
                while (reader.TryRead(out Frame frame))
                {
                    Handle(frame);
                }

                int received = _transport.Receive(reader.GetMemory());
                if (received == 0)
                {
                    break;
                }

                reader.Advance(received);
            }
        }
        catch (Exception exception) when (FrameTransport.IsLoss(exception) || exception is ProtocolException or WireFormatException)
        {
            Console.Error.WriteLine(exception.Message);
        }

        // The parent is gone, or can no longer be understood: nobody is left to work for.
        ProcessGroup.KillOwn();
    }

    private void Handle(Frame frame)
    {
        bool keep = false;
        try
        {
            var reader = new WireReader(frame.Payload);
            switch (frame.Type)
            {
                case FrameType.GroupStart:
                    int id = reader.ReadInt32();
                    _groups[id] = new WorkerGroup(id, (TaskKind)reader.ReadInt32(), reader.ReadBinary().ToArray(), ReadShared(ref reader))
                    {
                        WantsAccounts = reader.ReadBoolean(),
                        TraceParent = reader.ReadString(),
                    };
                    break;
                case FrameType.Setup:
                    _ = _setup.TrySetResult(WorkerSetup.Read(frame.Payload));
                    break;
                case FrameType.GroupExtend:
                    Group(reader.ReadInt32()).Extend(reader.ReadBinary().ToArray());
                    break;
                case FrameType.Keep:
                    string name = reader.ReadString()!;
                    _ = reader.ReadInt32();
                    _shared[name] = reader.ReadBinary().ToArray();
                    break;
                case FrameType.KeepInPlace:
                    (string key, ReadOnlyMemory<byte> bytes) = ValuesInPlace.Open(ref reader);
                    _shared[key] = bytes;
                    _journal.Opened++;
                    break;
                case FrameType.Drop:
                    _ = _shared.Remove(reader.ReadString()!);
                    break;
                case FrameType.Batch:
                    WorkerGroup group = GroupOfBatch(reader.ReadInt32(), (TaskKind)reader.ReadInt32());
                    long first = reader.ReadInt64();
                    int count = reader.ReadInt32();
                    int attempt = reader.ReadInt32();
                    var batch = new WorkerBatch(group, frame, reader.Position, first, count, attempt);
                    _batches.RemoveAll(static batch => batch.IsExhausted);
                    _batches.Add(batch);
                    keep = true;
                    if (!_queue.Add(batch))
                    {
                        // Sent before the parent heard that this worker takes nothing more.
                        _outbox.GiveBack(first, batch);
                        batch.Dispose();
                    }

                    break;
                case FrameType.Recall:
                    long asked = reader.ReadInt64();
                    _outbox.GiveBack(asked, _batches.Find(batch => batch.FirstSequence == asked));
                    break;
                case FrameType.GroupCancel:
                    if (FindGroup(reader.ReadInt32()) is { } cancelled)
                    {
                        cancelled.Cancel();
                        RunnerOf(cancelled).Stop(cancelled);
                    }

                    break;
                case FrameType.GroupEnd:
                    int ended = reader.ReadInt32();
                    _queue.AddEnd(Group(ended));
                    _groups.Remove(ended);
                    _batches.RemoveAll(static batch => batch.IsExhausted);
                    break;
                case FrameType.Acknowledge:
                    _outbox.Acknowledge(reader.ReadInt64());
                    break;
                case FrameType.Shutdown:
                    _queue.Complete();
                    break;
                default:
                    throw new ProtocolException(MessageText.Format(Messages.FrameUnexpectedType, frame.Type, FrameType.Batch));
            }
        }
        finally
        {
            if (!keep)
            {
                frame.Dispose();
            }
        }
    }

    /// <summary>A single call has no group of its own that outlives it: its one batch is all there is.</summary>
    private WorkerGroup GroupOfBatch(int id, TaskKind kind) =>
        kind == TaskKind.Call ? _lastCall = new WorkerGroup(id, kind, [], []) : Group(id);

    /// <summary>A group holds on to what it needs, whatever is dropped while it lasts.</summary>
    private ReadOnlyMemory<byte>[] ReadShared(ref WireReader reader)
    {
        var values = new ReadOnlyMemory<byte>[reader.ReadArrayHeader()];
        for (int i = 0; i < values.Length; i++)
        {
            string key = reader.ReadString()!;
            values[i] = _shared.TryGetValue(key, out ReadOnlyMemory<byte> bytes) ? bytes : throw new ProtocolException(MessageText.Format(Messages.FrameUnknownValue, key));
        }

        return values;
    }

    private WorkerGroup? FindGroup(int id) =>
        _groups.TryGetValue(id, out WorkerGroup? group) ? group : _lastCall?.Id == id ? _lastCall : null;

    private WorkerGroup Group(int id) =>
        _groups.TryGetValue(id, out WorkerGroup? group) ? group : throw new ProtocolException(MessageText.Format(Messages.FrameUnknownGroup, id));
}
