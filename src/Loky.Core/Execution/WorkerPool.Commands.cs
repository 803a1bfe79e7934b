using Loky.Diagnosis;
using Loky.Scheduling;

namespace Loky.Execution;

/// <content>Doing what the scheduler has decided.</content>
internal sealed partial class WorkerPool
{
    private static WorkerLink LinkOf(Worker worker) => (WorkerLink)worker.Link!;

    /// <summary>Does what must be done under the lock: the launcher learns its number, new workers get their connections, and messages
    /// their places.</summary>
    private void Prepare(Turn turn)
    {
        foreach (Command command in turn.Commands)
        {
            if (command.Kind == CommandKind.TellResized)
            {
                _launcher.OnResized((int)command.Argument!);
            }
            else if (command.Kind == CommandKind.Start)
            {
                _ = new WorkerLink(this, command.Worker!, _launcher);
            }
        }

        if (turn.Messages is { } messages)
        {
            foreach ((Worker worker, WorkerMessage message) in messages)
            {
                LinkOf(worker).Queue(message);
            }
        }
    }

    /// <summary>Does all the rest, without the lock: nothing is left out because another has failed.</summary>
    private void CarryOut(Turn turn)
    {
        // Whoever waits for the end of a call need not wait until its workers are told of it.
        bool commandsFirst = turn.Commands is [{ Kind: CommandKind.Complete }];
        if (commandsFirst)
        {
            CarryOutCommands(turn);
        }

        if (turn.Messages is { } messages)
        {
            foreach ((Worker worker, _) in messages)
            {
                // The first of several sends them all.
                LinkOf(worker).Send();
            }
        }

        if (!commandsFirst)
        {
            CarryOutCommands(turn);
        }
    }

    private void CarryOutCommands(Turn turn)
    {
        foreach (Command command in turn.Commands)
        {
            Isolated.Call(static told => told.pool.CarryOut(told.command), (pool: this, command));
        }
    }

    private void CarryOut(Command command)
    {
        switch (command.Kind)
        {
            case CommandKind.Start:
                LinkOf(command.Worker!).Start();
                break;
            case CommandKind.Kill:
                LinkOf(command.Worker!).Kill();
                break;
            case CommandKind.ShowErrors:
                LinkOf(command.Worker!).ShowErrors();
                break;
            case CommandKind.Complete:
                command.Group!.OnCompleted((Exception?)command.Argument);
                break;
            case CommandKind.Warn:
                command.Group!.OnWarning((string)command.Argument!);
                break;
            case CommandKind.StartRecord:
                command.Group!.OnStartRecord((ReadOnlyMemory<byte>)command.Argument!);
                break;
            case CommandKind.Stop:
                Stop();
                break;
            default:
                Tell(command);
                break;
        }
    }

    private void Stop()
    {
        _timer.Dispose();
        LivePools.Remove(this);
        Tell(log => log.PoolStopped(Number));
        Task closed = _launcher.CloseAsync();
        if (closed.IsCompleted)
        {
            _stopped.TrySetResult();
        }
        else
        {
            _ = closed.ContinueWith((_, stopped) => ((TaskCompletionSource)stopped!).TrySetResult(), _stopped, TaskScheduler.Default);
        }
    }
}
