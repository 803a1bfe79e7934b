using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Loky.Channel;
using Loky.Diagnosis;
using Loky.Hosting;
using Loky.Launch;

namespace Loky.Execution;

/// <summary>
/// One worker process as the pool sees it: starts it, connects it, carries frames, and tells the pool once that it is
/// gone, with all that its journal knows.
/// </summary>
internal sealed class Worker(WorkerPool pool, int number)
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LastWordsGrace = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _channelClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LaunchedProcess? _process;
    private WorkerChannel? _channel;
    private TaskJournal? _journal;
    private BreakReason? _breakReason;
    private string? _folder;

    /// <summary>Gets the number of the worker within its pool: 1, 2, 3, …</summary>
    public int Number { get; } = number;

    /// <summary>Gets the process id; 0 before there is a process.</summary>
    public int ProcessId => _process?.Id ?? 0;

    /// <summary>Gets when its start was asked for, as a <see cref="Stopwatch"/> time stamp.</summary>
    public long StartedAt { get; init; }

    /// <summary>Gets or sets the state. Guarded by the pool's lock.</summary>
    public WorkerState State { get; private set; } = WorkerState.Starting;

    /// <summary>Gets a value indicating whether it is dead or about to be. Guarded by the pool's lock.</summary>
    public bool IsDying => State is WorkerState.Broken or WorkerState.Gone;

    /// <summary>Gets or sets a value indicating whether it was ever told to end. Guarded by the pool's lock.</summary>
    public bool WasRetiring { get; set; }

    /// <summary>Gets or sets a value indicating whether it has ever been ready. Guarded by the pool's lock.</summary>
    public bool WasReady { get; set; }

    /// <summary>Gets a value indicating whether it can be given items. Guarded by the pool's lock.</summary>
    public bool CanTake => State == WorkerState.Ready;

    /// <summary>Gets the batches it has, the running one first. Guarded by the pool's lock.</summary>
    public Queue<Batch> Batches { get; } = new();

    /// <summary>Gets the groups it knows. Guarded by the pool's lock.</summary>
    public KnownGroups KnownGroups { get; } = new(new SharedValueList());

    /// <summary>Gets or sets the number of the last item sent to it. Guarded by the pool's lock.</summary>
    public long LastSequence { get; set; }

    /// <summary>Gets or sets how many of the items sent to it came back unstarted. Guarded by the pool's lock.</summary>
    public long ReturnedItems { get; set; }

    /// <summary>Gets or sets the number of the last item that ended. Guarded by the pool's lock.</summary>
    public long EndedSequence { get; set; }

    /// <summary>Gets or sets the number of the last frame of records. Guarded by the pool's lock.</summary>
    public long LastFrame { get; set; }

    /// <summary>Gets or sets when its first batch became the first, as a <see cref="Stopwatch"/> time stamp. Guarded by the pool's lock.</summary>
    public long FrontSince { get; set; }

    /// <summary>Gets or sets when it began to prepare itself, as a <see cref="Stopwatch"/> time stamp; 0 before. Guarded by the pool's lock.</summary>
    public long PreparingSince { get; set; }

    /// <summary>Gets or sets when it ran out of items, as a <see cref="Stopwatch"/> time stamp. Guarded by the pool's lock.</summary>
    public long IdleSince { get; set; }

    /// <summary>Gets or sets how many items it has run. Guarded by the pool's lock.</summary>
    public long TasksDone { get; set; }

    /// <summary>Gets or sets the failure that the worker itself reported.</summary>
    public Exception? ReportedFailure { get; set; }

    /// <summary>Gets why the parent broke the worker, or null if it went by itself.</summary>
    public BreakReason? BreakReason => Volatile.Read(ref _breakReason);

    /// <summary>Gets or sets how many bytes of records came from it that were not acknowledged. Guarded by the pool's lock.</summary>
    public long Unacknowledged { get; set; }

    /// <summary>Gets or sets a value indicating whether it is held back: it gets no acknowledgement for now. Guarded by the pool's lock.</summary>
    public bool IsHeldBack { get; set; }

    /// <summary>Gets how long the running item has been running, without the time it was held back; zero between items.</summary>
    /// <param name="now">The time, as a <see cref="Stopwatch"/> time stamp.</param>
    /// <param name="isHeldBack">Whether its time stands still.</param>
    public TimeSpan RunningFor(long now, out bool isHeldBack)
    {
        (long started, long at, long heldSince) = _journal?.Look() ?? default;
        isHeldBack = heldSince != 0;
        return started > EndedSequence && at > 0 ? Stopwatch.GetElapsedTime(at, isHeldBack ? heldSince : now) : TimeSpan.Zero;
    }

    /// <summary>Gets the number of the item that it has started last; 0 before the first.</summary>
    public long StartedSequence => _journal?.Started ?? 0;

    /// <summary>Takes a batch off its list. Guarded by the pool's lock.</summary>
    public void Remove(Batch batch)
    {
        if (Batches.Peek() == batch)
        {
            Batches.Dequeue();
            FrontSince = Stopwatch.GetTimestamp();
            IdleSince = Batches.Count == 0 ? FrontSince : IdleSince;
            return;
        }

        Batch[] others = [.. Batches.Where(other => other != batch)];
        Batches.Clear();
        foreach (Batch other in others)
        {
            Batches.Enqueue(other);
        }
    }

    /// <summary>Moves to the state that follows from an event. Guarded by the pool's lock.</summary>
    public void Note(WorkerEvent what) =>
        State = StateTransitions.Next(State, what) ?? throw new InvalidOperationException($"{State}, {what}");

    /// <summary>Starts the process, in the background. The pool hears of it again when it is ready, or gone.</summary>
    /// <remarks>What it writes to its standard error until then is held back: of starts that fail, the error tells.</remarks>
    public void Start(WorkerCommand command, IReadOnlyDictionary<string, string> inherited, IReadOnlyDictionary<string, string?>? environment) =>
        _ = Task.Run(() => LiveAsync(command, inherited, environment));

    /// <summary>Shows what it writes to its standard error, from what it has written so far.</summary>
    public void ShowErrors() => _process?.ShowErrors();

    /// <summary>Queues a frame; <see cref="Pump"/> sends it.</summary>
    public void Enqueue(OutgoingFrame frame) => _channel!.Enqueue(frame);

    /// <summary>Queues a frame that is only a number; <see cref="Pump"/> sends it.</summary>
    public void EnqueueNumber(FrameType type, long number) => _channel?.Enqueue(buffer => FrameWriter.WriteNumber(buffer, type, number));

    /// <summary>Queues a frame that is only a message; <see cref="Pump"/> sends it.</summary>
    public void Enqueue(FrameType type, TaskGroup? group = null) => _channel?.Enqueue(buffer =>
    {
        if (group is null)
        {
            FrameWriter.WriteEmpty(buffer, type);
        }
        else
        {
            FrameWriter.WriteGroup(buffer, type, group.Id);
        }
    });

    /// <summary>Sends what is queued, without blocking.</summary>
    public void Pump() => _channel?.Pump();

    /// <summary>Ends the worker by force. The first reason is kept; its items are accounted for as with any death.</summary>
    public void Break(BreakReason reason)
    {
        _ = Interlocked.CompareExchange(ref _breakReason, reason, null);
        _process?.Kill();
    }

    /// <summary>Kills the process and removes what a start has put on disk, from a process that ends before its own tasks can.</summary>
    public void KillNow(BreakReason reason)
    {
        Break(reason);
        if (Volatile.Read(ref _folder) is { } folder)
        {
            PrivateFolder.Delete(folder);
        }
    }

    private async Task LiveAsync(WorkerCommand command, IReadOnlyDictionary<string, string> inherited, IReadOnlyDictionary<string, string?>? environment)
    {
        Exception? failure = null;
        WorkerExit exit = new(0, null, string.Empty);
        byte[] unsent = [];
        long started = 0;
        try
        {
            failure = await TryStartAsync(command, inherited, environment).ConfigureAwait(false);
            if (_channel is not null)
            {
                await _channelClosed.Task.ConfigureAwait(false);
            }

            if (_process is not null)
            {
                // The end of its channel is the end of a worker, however it came about.
                _process.Kill();
                exit = await _process.GetExitAsync().ConfigureAwait(false);
            }

            if (_journal is not null)
            {
                started = _journal.Started;
                unsent = _journal.RecoverUnsent(LastFrame);
            }
        }
        catch (Exception exception)
        {
            // A journal damaged by whatever killed the worker, say: its items count as started and lost.
            failure ??= exception;
        }
        finally
        {
            Isolated.Call(static worker => worker._journal?.Dispose(), this);
            Isolated.Call(static worker => worker._channel?.Dispose(), this);
            Isolated.Call(static worker => worker._process?.Dispose(), this);

            // Whatever went wrong before: its items wait for their end, and the pool for the place that it took.
            pool.OnWorkerGone(this, exit, started, unsent, failure);
        }
    }

    /// <summary>Starts the worker. Returns what went wrong, with the process, if there is one, about to end.</summary>
    private async Task<Exception?> TryStartAsync(WorkerCommand command, IReadOnlyDictionary<string, string> inherited, IReadOnlyDictionary<string, string?>? environment)
    {
        try
        {
            await StartAsync(command, inherited, environment).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            _process?.Kill();
            return exception;
        }
    }

    private async Task StartAsync(WorkerCommand command, IReadOnlyDictionary<string, string> inherited, IReadOnlyDictionary<string, string?>? environment)
    {
        string folder = PrivateFolder.Create(path =>
        {
            Volatile.Write(ref _folder, path);
            _journal = TaskJournal.Create(LaunchRequest.JournalIn(path));
            return path;
        });
        try
        {
            var request = new LaunchRequest
            {
                Folder = folder,
                Secret = RandomNumberGenerator.GetBytes(LaunchRequest.SecretSize),
                Depth = WorkerContext.Depth + 1,
                RunnerAssembly = command.RunnerAssembly,
            };
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(request.SocketPath));
            listener.Listen(4);

            // See Break: note the process, then look for a reason. With a full fence, or the look could come first.
            _ = Interlocked.Exchange(ref _process, LaunchedProcess.Start(command, inherited, environment, request));
            if (BreakReason is not null)
            {
                _process.Kill();
            }

            pool.OnWorkerStarted(this);
            using var limit = new CancellationTokenSource(StartTimeout);
            Task connected = ConnectAsync(listener, request, SetupFor(command), limit.Token);
            if (await Task.WhenAny(connected, _process.WaitForExitAsync()).ConfigureAwait(false) != connected)
            {
                // A worker that has connected takes the folder away: what it said before it died is still to be read.
                limit.CancelAfter(Directory.Exists(folder) ? TimeSpan.Zero : LastWordsGrace);
            }

            await connected.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_process is not null && !_process.WaitForExitAsync().IsCompleted)
        {
            throw new ProtocolException(MessageText.Format(Messages.WorkerStartTimeout, StartTimeout.TotalSeconds));
        }
        finally
        {
            PrivateFolder.Delete(folder);
            Volatile.Write(ref _folder, null);
        }
    }

    private WorkerSetup SetupFor(WorkerCommand command) => new()
    {
        UserStartupHooks = command.UserStartupHooks,
        MaxGrowth = pool.Options.MaxWorkerGrowth,
        DelegateSettings = pool.Options.DelegateSettings,
        RunnerSettings = command.RunnerSettings,
    };

    private async Task ConnectAsync(Socket listener, LaunchRequest request, WorkerSetup setup, CancellationToken cancel)
    {
        while (true)
        {
            Socket socket = await listener.AcceptAsync(cancel).ConfigureAwait(false);
            var reader = new FrameReader { MaxPayload = Handshake.MaxPayload };
            try
            {
                using Frame hello = await ReceiveFirstAsync(socket, reader, cancel).ConfigureAwait(false);
                _ = Handshake.Verify(hello, request.Secret);
            }
            catch (Exception exception) when (exception is ProtocolException or SocketException)
            {
                // Whoever that was, the worker itself may still come.
                socket.Dispose();
                reader.Dispose();
                continue;
            }
            catch (OperationCanceledException)
            {
                socket.Dispose();
                reader.Dispose();
                throw;
            }

            reader.MaxPayload = Frame.MaxPayload;
            _channel = new WorkerChannel(socket, reader, OnFrame, OnClosed);
            _channel.Start();
            _channel.Enqueue(setup.ToFrame());
            _channel.Pump();
            pool.OnWorkerConnected(this);
            return;
        }
    }

    private static async Task<Frame> ReceiveFirstAsync(Socket socket, FrameReader reader, CancellationToken cancel)
    {
        while (true)
        {
            if (reader.TryRead(out Frame frame))
            {
                return frame;
            }

            int received = await socket.ReceiveAsync(reader.GetMemory(), SocketFlags.None, cancel).ConfigureAwait(false);
            if (received == 0)
            {
                throw new ProtocolException(Messages.HandshakeIncomplete);
            }

            reader.Advance(received);
        }
    }

    private void OnFrame(Frame frame) => pool.OnFrame(this, frame);

    private void OnClosed(Exception? error)
    {
        try
        {
            if (error is not null)
            {
                Break(new BreakReason(error.Message));
            }

            pool.OnChannelClosed(this);
        }
        finally
        {
            _channelClosed.TrySetResult();
        }
    }
}
