using System.Security.Cryptography;
using Loky.Channel;
using Loky.Connections;
using Loky.Diagnosis;

namespace Loky.Launch;

/// <summary>A worker process on this machine, connected at its own place; its end tells all that its journal knows.</summary>
internal sealed class LocalConnection(LocalLauncher launcher, IConnectionOwner owner) : IConnection, ILedger
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LastWordsGrace = TimeSpan.FromSeconds(1);

    // What a process sent is there to be read when it has ended; longer than the busiest machine needs for it.
    private static readonly TimeSpan SilenceGrace = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _channelClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LaunchedProcess? _process;
    private WorkerChannel? _channel;
    private TaskJournal? _journal;
    private ValuesInPlace? _inPlace;
    private bool _aborted;
    private MeetingPoint? _place;
    private long _recordFrames;

    public int ProcessId => _process?.Id ?? 0;

    public ILedger Ledger => this;

    public LedgerEntry Look() => _journal?.Look() ?? default;

    /// <summary>Its standard error is held back until it is ready: of starts that fail, the error tells.</summary>
    public void Start() => _ = Task.Run(LiveAsync);

    public void Enqueue(OutgoingFrame frame)
    {
        if (_channel is { } channel)
        {
            channel.Enqueue(_inPlace is null ? frame : _inPlace.Replace(frame));
        }
        else
        {
            frame.Release();
        }
    }

    public void Pump() => _channel?.Pump();

    public void Abort()
    {
        // Note it, then look for a process: one of the two threads sees the other.
        Volatile.Write(ref _aborted, true);
        Interlocked.MemoryBarrier();
        _process?.Kill();
    }

    public void AbortNow()
    {
        Abort();
        Volatile.Read(ref _place)?.Remove();
    }

    public void ShowErrors() => _process?.ShowErrors();

    private async Task LiveAsync()
    {
        Exception? failure = null;
        WorkerExit exit = new(0, null, string.Empty);
        byte[] unsent = [];
        long started = 0;
        long startedAt = 0;
        try
        {
            failure = await TryStartAsync().ConfigureAwait(false);
            if (_channel is not null)
            {
                await WaitForEndAsync(_channel, _process!).ConfigureAwait(false);
            }

            if (_process is not null)
            {
                // The end of its channel is the end of a worker, however it came about.
                _process.Kill();
                exit = await _process.GetExitAsync().ConfigureAwait(false);
            }

            if (_journal is not null)
            {
                (started, startedAt) = (_journal.Started, _journal.StartedAt);
                unsent = _journal.RecoverUnsent(_recordFrames);
            }
        }
        catch (Exception exception)
        {
            // A journal damaged by whatever killed the worker, say: its items count as started and lost.
            failure ??= exception;
        }
        finally
        {
            Isolated.Call(static local => local._journal?.Dispose(), this);
            Isolated.Call(static local => local._channel?.Dispose(), this);
            Isolated.Call(static local => local._process?.Dispose(), this);

            // Whatever went wrong before: its items wait for their end, and the pool for the place that it took.
            owner.OnEnded(new ConnectionEnd(exit, started, unsent, failure) { StartedAt = startedAt });
        }
    }

    /// <summary>Waits for the channel's end or, where others hold it open after the process, until nothing more comes.</summary>
    private async Task WaitForEndAsync(WorkerChannel channel, LaunchedProcess process)
    {
        Task closed = _channelClosed.Task;
        if (await Task.WhenAny(closed, process.WaitForExitAsync()).ConfigureAwait(false) == closed)
        {
            return;
        }

        // What it has started goes with it, and with most of that the reason to wait.
        process.Kill();
        long heard;
        do
        {
            heard = channel.Received;
            await closed.WaitAsync(SilenceGrace, launcher.Clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!closed.IsCompleted && channel.Received != heard);

        if (!closed.IsCompleted)
        {
            channel.End();
            await closed.ConfigureAwait(false);
        }
    }

    /// <summary>Starts the worker; returns what went wrong, with the process, if there is one, about to end.</summary>
    private async Task<Exception?> TryStartAsync()
    {
        try
        {
            await StartAsync().ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            _process?.Kill();
            return exception;
        }
    }

    private async Task StartAsync()
    {
        MeetingPoint place = MeetingPoint.Create();
        _journal = place.Journal;
        Volatile.Write(ref _place, place);
        try
        {
            var request = new LaunchRequest
            {
                Address = place.Address,
                Secret = RandomNumberGenerator.GetBytes(LaunchRequest.SecretSize),
                Depth = launcher.Depth,
                RunnerAssembly = launcher.Command.RunnerAssembly,
                CodePage = launcher.CodePage,
                IsCrowded = launcher.Threads.AreCrowded,
                Parent = launcher.Parent,
            };
            using FrameListener listener = place.Listen();

            // See Abort: note the process, then look whether it is wanted, with a full fence, or the look could come first.
            _ = Interlocked.Exchange(ref _process, LaunchedProcess.Start(launcher, request));
            if (Volatile.Read(ref _aborted))
            {
                _process.Kill();
            }

            owner.OnStarted();
            using var limit = new CancellationTokenSource(StartTimeout);
            Task connected = ConnectAsync(listener, request, launcher.Setup, limit.Token);
            if (await Task.WhenAny(connected, _process.WaitForExitAsync()).ConfigureAwait(false) != connected)
            {
                // What a worker said before it died is still to be read.
                limit.CancelAfter(place.WasVisited ? LastWordsGrace : TimeSpan.Zero);
            }

            await connected.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_process is not null && !_process.WaitForExitAsync().IsCompleted)
        {
            throw new ProtocolException(MessageText.Format(Messages.WorkerStartTimeout, StartTimeout.TotalSeconds));
        }
        finally
        {
            place.Remove();
            Volatile.Write(ref _place, null);
        }
    }

    private async Task ConnectAsync(FrameListener listener, LaunchRequest request, WorkerSetup? setup, CancellationToken cancel)
    {
        while (true)
        {
            FrameTransport transport = await listener.AcceptAsync(cancel).ConfigureAwait(false);
            var reader = new FrameReader { MaxPayload = Handshake.MaxPayload };
            PeerInfo peer;
            try
            {
                using Frame hello = await ReceiveFirstAsync(transport, reader, cancel).ConfigureAwait(false);
                peer = Handshake.Verify(hello, request.Secret).Peer;
                peer.Require(launcher.Command.Capabilities, Messages.WorkerLacksCapability, LaunchRequest.ProtocolVersion);
            }
            catch (Exception exception)
            {
                transport.Dispose();
                reader.Dispose();
                if (exception is not IncompatiblePeerException && (exception is ProtocolException || FrameTransport.IsLoss(exception)))
                {
                    // Whoever that was, the worker itself may still come.
                    continue;
                }

                throw;
            }

            reader.MaxPayload = Frame.MaxPayload;
            _inPlace = peer.Can(Capabilities.SharedMemory) ? new ValuesInPlace(_journal!) : null;
            _channel = new WorkerChannel(transport, reader, OnFrame, OnClosed);
            _channel.Start();
            if (setup is not null)
            {
                _channel.Enqueue(setup.ToFrame());
                _channel.Pump();
            }

            owner.OnConnected(peer.Capabilities);
            return;
        }
    }

    private static async Task<Frame> ReceiveFirstAsync(FrameTransport transport, FrameReader reader, CancellationToken cancel)
    {
        Frame frame;
        while (!reader.TryRead(out frame))
        {
            int received = await ReceiveAsync(transport, reader.GetMemory(), cancel).ConfigureAwait(false);
            if (received == 0)
            {
                throw new ProtocolException(Messages.HandshakeIncomplete);
            }

            reader.Advance(received);
        }

        return frame;
    }

    /// <summary>Receives without the queue of .NET's sockets, where it can: a socket that was once in it wakes a thread for ever.</summary>
    private static async ValueTask<int> ReceiveAsync(FrameTransport transport, Memory<byte> target, CancellationToken cancel)
    {
        if (!transport.CanWait)
        {
            return await transport.ReceiveAsync(target, cancel).ConfigureAwait(false);
        }

        if (!transport.HasNews)
        {
            using CancellationTokenRegistration stop = cancel.UnsafeRegister(static state => Isolated.Call(static transport => transport.Shutdown(), (FrameTransport)state!), transport);
            try
            {
                await Task.Factory.StartNew(transport.Wait, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            }
            catch (TaskSchedulerException)
            {
                // The system has no more threads.
                return await transport.ReceiveAsync(target, cancel).ConfigureAwait(false);
            }

            cancel.ThrowIfCancellationRequested();
        }

        return transport.Receive(target);
    }

    private void OnFrame(Frame frame)
    {
        if (frame.Type == FrameType.Records)
        {
            _recordFrames++;
        }

        _inPlace?.Release();

        owner.OnFrame(frame);
    }

    private void OnClosed(Exception? error)
    {
        try
        {
            if (error is not null)
            {
                Abort();
            }

            owner.OnClosed(error);
        }
        finally
        {
            _channelClosed.TrySetResult();
        }
    }
}
