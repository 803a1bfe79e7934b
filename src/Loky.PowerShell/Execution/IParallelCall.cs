namespace Loky.PowerShell.Execution;

/// <summary>A call as its cmdlet drives it: items, then the end. Other threads may call <see cref="Stop"/> alone.</summary>
internal interface IParallelCall : IDisposable
{
    /// <summary>Gets what ended the call ahead of its items, if its executor did.</summary>
    Exception? Error { get; }

    /// <summary>Adds an item, waiting while too much is under way; false when the call is over. After a
    /// <see cref="TaskSerializationException"/> the call goes on without the item.</summary>
    bool Add(object? item);

    /// <summary>Does what is to be done at the end of the input; false when the call ended ahead of its items.</summary>
    bool Finish();

    /// <summary>Stops the call: drops waiting items, stops running ones, wakes whoever waits.</summary>
    void Stop();
}
