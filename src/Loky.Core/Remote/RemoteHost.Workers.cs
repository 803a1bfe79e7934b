using Loky.Channel;
using Loky.Connections;

namespace Loky.Remote;

/// <content>The workers of the host: their streams, and what they tell of the host.</content>
internal sealed partial class RemoteHost
{
    /// <summary>A worker has got ready: the host is good.</summary>
    public void OnWorkerReady(AgentSession session)
    {
        lock (_gate)
        {
            session.WasReady = _hasWorked = true;
            (_failures, _workerStarts) = (default, default);
        }
    }

    /// <summary>Makes the connection to a worker; under the lock, while the host is connected.</summary>
    private RemoteConnection NewConnection(PlacedConnection worker)
    {
        AgentSession session = _session!;
        int stream = session.NextStream++;
        WorkerSetup setup = _launcher.Setup with { UserStartupHooks = session.Welcome.UserStartupHooks };
        var connection = new RemoteConnection(this, session, stream, new StreamOwner(this, session, worker, stream, _clock.GetTimestamp()), setup, _clock);
        session.Workers.Add(stream, connection);
        return connection;
    }

    /// <summary>Takes a message of the link, after its first.</summary>
    private void OnMessage(AgentSession session, AgentMessage message)
    {
        if (message.Type == AgentMessageType.Heartbeat)
        {
            return;
        }

        RemoteConnection? worker;
        lock (_gate)
        {
            worker = session.Workers.GetValueOrDefault(message.Stream);
            if (worker is null && (message.Stream < AgentMessage.FirstWorker || message.Stream >= session.NextStream))
            {
                throw new ProtocolException(MessageText.Format(Messages.AgentUnknownStream, message.Type, message.Stream));
            }
        }

        // Of one that has ended, what crossed its end on the way.
        worker?.Receive(message);
    }

    private void OnWorkerEnded(AgentSession session, int stream, PlacedConnection worker, long startedAt, ConnectionEnd end)
    {
        Exception? hopeless = null;
        lock (_gate)
        {
            bool isKnown = session.Workers.Remove(stream, out RemoteConnection? connection);
            if (isKnown && !connection!.WasReady && !worker.IsAborted && !_closed)
            {
                long now = _clock.GetTimestamp();
                _workerStarts.Note(startedAt, end.Exit.WasKilled && end.Failure is not ProtocolException, now);
                hopeless = _workerStarts.IsHopeless(now)
                    ? new HostConnectionException(Name, end.Exit.ToException(end.Failure is null or OperationCanceledException ? null : end.Failure.Message, wasStarting: true).Message)
                    : null;
            }
        }

        if (hopeless is not null)
        {
            GiveUp(hopeless);
        }
    }

    /// <summary>Takes no new items: what it has is finished, as far as time allows.</summary>
    private void Drain()
    {
        IConnectionOwner[] owners;
        lock (_gate)
        {
            if (_stage != HostStage.Connected)
            {
                return;
            }

            Note(HostEvent.TimeRunsOut);
            owners = OwnersOfWorkers();
        }

        _launcher.OnDraining(owners);
        OnGone();
    }

    /// <summary>Gets who in the pool has the workers; under the lock.</summary>
    private IConnectionOwner[] OwnersOfWorkers() =>
        _session is null ? [] : [.. _session.Workers.Values.Select(static worker => ((StreamOwner)worker.Owner).Worker.Owner)];

    /// <summary>Hears of a worker first, for the host's own account of it.</summary>
    private sealed class StreamOwner(RemoteHost host, AgentSession session, PlacedConnection worker, int stream, long startedAt) : IConnectionOwner
    {
        public PlacedConnection Worker => worker;

        public void OnStarted() => worker.OnStarted();

        public void OnConnected(Capabilities capabilities) => worker.OnConnected(capabilities);

        public void OnFrame(Frame frame) => worker.OnFrame(frame);

        public void OnClosed(Exception? error) => worker.OnClosed(error);

        public void OnEnded(ConnectionEnd end)
        {
            try
            {
                host.OnWorkerEnded(session, stream, worker, startedAt, end);
            }
            finally
            {
                worker.OnEnded(end);
            }
        }
    }
}
