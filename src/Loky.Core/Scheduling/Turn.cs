using System.Diagnostics;
using Loky.Channel;
using Loky.Execution;

namespace Loky.Scheduling;

/// <summary>One event as the scheduler sees it: when it is, as a <see cref="Stopwatch"/> time stamp, and what follows.</summary>
internal sealed class Turn(long now, DateTime utcNow)
{
    // One that had more to tell is not worth its memory.
    private const int KeepAtMost = 64;

    private static readonly TurnList<Command> None = new();

    private TurnList<AddressedMessage>? _messages;
    private TurnList<Command>? _commands;

    public long Now { get; private set; } = now;

    public DateTime UtcNow { get; private set; } = utcNow;

    /// <summary>Gets what workers are to be told, in the order of the decisions; null for nothing.</summary>
    public TurnList<AddressedMessage>? Messages => _messages is { Count: > 0 } ? _messages : null;

    /// <summary>Gets what is to be done beside, in this order.</summary>
    public TurnList<Command> Commands => _commands ?? None;

    /// <summary>Makes it that of another event, which was told and done all that followed from the last one.</summary>
    public void Begin(long now, DateTime utcNow) => (Now, UtcNow) = (now, utcNow);

    /// <summary>Forgets what followed from its event.</summary>
    public void Clear()
    {
        _messages = _messages is { Capacity: <= KeepAtMost } ? _messages : null;
        _commands = _commands is { Capacity: <= KeepAtMost } ? _commands : null;
        _messages?.Clear();
        _commands?.Clear();
    }

    public void Send(Worker worker, WorkerMessage message) => (_messages ??= new()).Add(new AddressedMessage(worker, message));

    public void Send(Worker worker, FrameType type, TaskGroup? group = null, long number = 0) => Send(worker, new WorkerMessage(type, group, number));

    public void Do(CommandKind what, Worker worker, object? argument = null) => Add(new Command(what, worker, Argument: argument));

    public void Do(CommandKind what, TaskGroup group, object? argument = null) => Add(new Command(what, Group: group, Argument: argument));

    public void Do(CommandKind what, object? argument = null) => Add(new Command(what, Argument: argument));

    /// <summary>Breaks a worker off: it is killed, and its items are accounted for as with any death.</summary>
    public void Break(Worker worker, BreakReason reason)
    {
        worker.OnBroken(reason);
        Do(CommandKind.Kill, worker);
    }

    private void Add(Command command) => (_commands ??= new()).Add(command);
}
