namespace Loky.Channel;

/// <summary>How the items of a task group are to be run.</summary>
internal enum TaskKind : byte
{
    /// <summary>Each item is a delegate with its arguments; the group has no setup.</summary>
    Call = 1,

    /// <summary>The setup is a delegate, each item its argument.</summary>
    Delegate = 2,

    /// <summary>The setup and the items are for the runner of scriptblocks.</summary>
    Script = 3,
}
