namespace Loky.Channel;

/// <summary>What a record is: all but <see cref="End"/> have one MessagePack value.</summary>
internal enum RecordKind : byte
{
    /// <summary>The current item ended; the records that follow are of the next item.</summary>
    End = 0,

    /// <summary>A result of the current item.</summary>
    Output = 1,

    /// <summary>The current item failed; the value is its exception.</summary>
    Failed = 2,

    /// <summary>The current item was stopped or skipped because its group was cancelled; the value is nil.</summary>
    Cancelled = 3,

    /// <summary>When the current item ran and how it ended, in front of its end, where the group asks for it.</summary>
    Account = 4,

    /// <summary>The first kind that a runner defines for itself.</summary>
    FirstStream = 16,
}
