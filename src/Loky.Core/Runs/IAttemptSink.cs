namespace Loky.Runs;

/// <summary>Takes attempts that have ended. Thread-safe; never blocks.</summary>
internal interface IAttemptSink
{
    /// <summary>Gets a value indicating whether it has more to deal with than it should.</summary>
    bool IsBehind { get; }

    /// <summary>Takes some attempts.</summary>
    /// <param name="attempts">The attempts.</param>
    /// <param name="more">Whether others follow at once, or a call without any.</param>
    void Add(ReadOnlySpan<Attempt> attempts, bool more);

    /// <summary>Nothing more comes.</summary>
    /// <param name="error">What ended the call ahead of its items, or null.</param>
    /// <param name="cancelled">Whether it was stopped.</param>
    void Complete(Exception? error, bool cancelled);
}
