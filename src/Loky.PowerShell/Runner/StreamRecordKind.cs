using Loky.Channel;

namespace Loky.PowerShell.Runner;

/// <summary>The kinds of record beyond output that scriptblocks write, one for each of PowerShell's streams.</summary>
internal static class StreamRecordKind
{
    public const RecordKind Error = RecordKind.FirstStream;
    public const RecordKind Warning = RecordKind.FirstStream + 1;
    public const RecordKind Verbose = RecordKind.FirstStream + 2;
    public const RecordKind Debug = RecordKind.FirstStream + 3;
    public const RecordKind Information = RecordKind.FirstStream + 4;
    public const RecordKind Progress = RecordKind.FirstStream + 5;

    /// <summary>An error that ended its item.</summary>
    public const RecordKind Terminating = RecordKind.FirstStream + 6;

    /// <summary>A warning about the way the call runs, which every worker of it may have to give.</summary>
    public const RecordKind CallWarning = RecordKind.FirstStream + 7;

    /// <summary>The error for which the call cannot be set up: none of its items runs.</summary>
    public const RecordKind CallFailure = RecordKind.FirstStream + 8;

    /// <summary>Tells whether a record is news for who watches the call, and no result of its item.</summary>
    public static bool IsMessage(RecordKind kind) => kind is (>= Warning and <= Progress) or CallWarning or CallFailure;
}
