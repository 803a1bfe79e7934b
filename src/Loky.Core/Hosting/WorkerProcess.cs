using System.Reflection;
using System.Runtime.Loader;
using Loky.Channel;
using Loky.Launch;
using Loky.Windows;

namespace Loky.Hosting;

/// <summary>A worker's process: reads the channel on one thread, runs items on another, and ends with the channel.</summary>
internal sealed partial class WorkerProcess
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

        // Two things that take as long as each other; both are needed for the first item.
        var connected = new TaskCompletionSource<WorkerProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => ConnectAndRead(request, connected)) { IsBackground = true, Name = "Loky channel" }.Start();
        (IRunner? scripts, Exception? failure) = LoadRunner(request.RunnerAssembly);
        try
        {
            connected.Task.GetAwaiter().GetResult().RunItems(scripts, failure);
        }
        catch (Exception exception) when (FrameTransport.IsLoss(exception))
        {
            // Nobody listens any more: no crash to be reported, but the end.
            ProcessGroup.KillOwn();
        }

        Environment.Exit(0);
    }

    private static void ConnectAndRead(LaunchRequest request, TaskCompletionSource<WorkerProcess> connected)
    {
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

        connected.SetResult(worker);
        worker.ReadChannel();
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

    private void RunItems(IRunner? scripts, Exception? failure)
    {
        if (failure is not null)
        {
            ReportFailure(failure);
            return;
        }

        _scripts = scripts;
        WorkerSetup setup;
        try
        {
            // Should it never come, the end of the channel ends the process.
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

    private static (IRunner? Runner, Exception? Failure) LoadRunner(string? path)
    {
        if (path is null)
        {
            return default;
        }

        try
        {
            Assembly assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
            var runner = (IRunner)Activator.CreateInstance(assembly.GetCustomAttribute<RunnerAttribute>()!.Runner, nonPublic: true)!;
            runner.Prepare();
            return (runner, null);
        }
        catch (Exception exception)
        {
            return (null, exception);
        }
    }
}
