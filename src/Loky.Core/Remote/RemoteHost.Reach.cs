using Loky.Channel;
using Loky.Diagnosis;
using Loky.Launch;

namespace Loky.Remote;

/// <content>How the host is reached: one try at a time, few of all hosts at once, with growing pauses between.</content>
internal sealed partial class RemoteHost
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PrepareLimit = TimeSpan.FromMinutes(10);

    // So long before its time is over a host takes no new items.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(60);

    private Task _reach = Task.CompletedTask;
    private CancellationTokenSource? _attempt;

    /// <summary>Reaches the host, if somebody waits for it and nobody is at it.</summary>
    private void Reach()
    {
        lock (_gate)
        {
            if (!_reaching && _session is null && _waiting.Count > 0 && !_closed && _stage != HostStage.Out)
            {
                _reaching = true;
                _reach = Task.Run(ReachAsync);
            }
        }
    }

    private async Task ReachAsync()
    {
        while (true)
        {
            CancellationTokenSource attempt;
            TimeSpan pause;
            lock (_gate)
            {
                if (_waiting.Count == 0 || _closed || _stage == HostStage.Out)
                {
                    _reaching = false;
                    return;
                }

                _attempt = attempt = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
                _failures.BeginTry(_clock.GetTimestamp());
                pause = _failures.Pause;
            }

            try
            {
                if (pause > TimeSpan.Zero)
                {
                    await Task.Delay(pause, _clock, attempt.Token).ConfigureAwait(false);
                }

                Adopt(await TryAsync(attempt.Token).ConfigureAwait(false));
                return;
            }
            catch (OperationCanceledException) when (attempt.IsCancellationRequested)
            {
                // Nobody waits for it any more.
                lock (_gate)
                {
                    Note(HostEvent.Ended);
                }
            }
            catch (Exception exception)
            {
                lock (_gate)
                {
                    Note(HostEvent.Ended);
                }

                OnFailure(exception);
            }
            finally
            {
                lock (_gate)
                {
                    _attempt = null;
                }

                attempt.Dispose();
            }
        }
    }

    private async Task<AgentSession> TryAsync(CancellationToken cancel)
    {
        await _launcher.Attempts.WaitAsync(cancel).ConfigureAwait(false);
        int place = 1;
        using var limit = new CancellationTokenSource(ConnectLimit, _clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        HostStage reached = HostStage.Connecting;
        try
        {
            lock (_gate)
            {
                Note(HostEvent.Tried);
            }

            IAgentChannel channel = await _connector.ConnectAsync(OnStage, either.Token).ConfigureAwait(false);
            OnStage(HostStage.Preparing);
            var hello = new AgentHello(PeerInfo.Parent, _launcher.Depth, _launcher.Environment, new ThreadLimits(_launcher.ThreadsAsked, _connector.Workers ?? 0));
            return await AgentSession.OpenAsync(channel, _connector, hello, _launcher.Needed, _clock, OnMessage, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            TimeSpan time = reached == HostStage.Preparing ? PrepareLimit : ConnectLimit;
            throw new HostConnectionException(Name, MessageText.Format(Messages.HostTimedOut, Name, _connector.CommandText, reached, time.TotalSeconds), exception);
        }
        finally
        {
            GiveBackPlace();
        }

        // A queue is none of ours, and may take days: it neither counts as a try nor has a limit.
        void OnStage(HostStage stage)
        {
            reached = stage;
            lock (_gate)
            {
                HostEvent? told = stage switch
                {
                    HostStage.Queued => HostEvent.ToldQueued,
                    HostStage.Connecting => HostEvent.ToldConnecting,
                    HostStage.Preparing => HostEvent.ToldPreparing,
                    _ => null,
                };
                _stage = told is { } what ? HostTransitions.Next(_stage, what) ?? _stage : _stage;
            }

            Isolated.Call(() => limit.CancelAfter(stage switch
            {
                HostStage.Queued => Timeout.InfiniteTimeSpan,
                HostStage.Preparing => PrepareLimit,
                _ => ConnectLimit,
            }));
            if (stage == HostStage.Queued)
            {
                GiveBackPlace();
            }
        }

        void GiveBackPlace()
        {
            if (Interlocked.Exchange(ref place, 0) == 1)
            {
                Isolated.Call(() => _launcher.Attempts.Release());
            }
        }
    }

    /// <summary>Takes an agent that has answered into use, with the workers that wait for it.</summary>
    /// <exception cref="HostConnectionException">Its time is nearly over; the next try may get another.</exception>
    private void Adopt(AgentSession session)
    {
        HostFacts told = session.Welcome.Facts;
        HostFacts facts = session.Channel.Facts is { } known ? known with { EndsAt = known.EndsAt ?? told.EndsAt } : told;
        TimeSpan? left = facts.EndsAt - _clock.GetUtcNow();
        if (left < DrainTime)
        {
            Task over = session.EndAsync();
            lock (_gate)
            {
                _ending = over;
                _reaching = _connector.RenewsTime;
            }

            if (_connector.RenewsTime)
            {
                throw TimeOver(facts);
            }

            GiveUp(TimeOver(facts));
            return;
        }

        List<(PlacedConnection Worker, RemoteConnection Connection)> begun = [];
        bool wanted;
        lock (_gate)
        {
            wanted = !_closed && _stage != HostStage.Out;
            if (wanted)
            {
                Note(HostEvent.AgentAnswered);
                (_session, _lastError) = (session, null);
                Volatile.Write(ref _facts, facts);
                begun = _waiting.ConvertAll(worker => (worker, NewConnection(worker)));
                _waiting.Clear();
            }

            _reaching = false;
        }

        if (!wanted)
        {
            Task ending = session.EndAsync();
            lock (_gate)
            {
                _ending = ending;
            }

            return;
        }

        _ = session.Ended.ContinueWith(
            (ended, _) => Isolated.Call(() => OnLinkEnded(session, ended.Result)), null, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _ = _drainTimer.Change(
            left is { } time ? TimeSpan.FromMilliseconds(Math.Min((time - DrainTime).TotalMilliseconds, uint.MaxValue - 2)) : Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);

        foreach ((PlacedConnection worker, RemoteConnection connection) in begun)
        {
            Isolated.Call(() => worker.Begin(connection));
        }

        Isolated.Call(OnGone);
        Isolated.Call(_launcher.OnChanged);
    }

    /// <summary>A try has failed, or the host was lost before it was of any use.</summary>
    private void OnFailure(Exception exception)
    {
        bool isHopeless;
        lock (_gate)
        {
            _lastError = exception.Message;
            long now = _clock.GetTimestamp();
            var told = exception as HostConnectionException;
            _failures.Note(told is { WasKilled: true } || (_hasWorked && told is not { IsTimeOver: true }), now);
            isHopeless = _failures.IsHopeless(now);
        }

        if (isHopeless)
        {
            GiveUp(exception as HostConnectionException ?? new HostConnectionException(Name, MessageText.Format(Messages.HostFailed, Name, _connector.CommandText, exception.Message), exception));
        }
    }

    private HostConnectionException TimeOver(HostFacts? facts) => new(Name, MessageText.Format(Messages.HostTimeOver, Name, facts?.EndsAt)) { IsTimeOver = true };

    private void CancelUnwanted()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                Isolated.Call(static attempt => attempt.Cancel(), _attempt!);
            }
        }
    }
}
