namespace Loky.Runs;

/// <summary>Takes attempts that have ended. Thread-safe; never blocks.</summary>
internal interface IAttemptSink
{
    /// <summary>Gets a value indicating whether it has more to deal with than it should.</summary>
    bool IsBehind { get; }

    /// <summary>Takes some attempts; <paramref name="more"/> tells of others that follow at once, or a call with none.</summary>
    void Add(ReadOnlySpan<Attempt> attempts, bool more);

    /// <summary>Nothing more comes; an error, if any, ended the call ahead of its items.</summary>
    void Complete(Exception? error, bool cancelled);
}
