namespace Loky.PowerShell.Execution;

/// <summary>A call as its cmdlet drives it: items go in one by one, then it is finished. Only <see cref="Stop"/> may be called from another thread.</summary>
internal interface IParallelCall : IDisposable
{
    /// <summary>Gets what ended the call ahead of its items, if its executor did.</summary>
    Exception? Error { get; }

    /// <summary>Adds an item, and waits while too much is under way.</summary>
    /// <returns>False when the call is over: its time is up, it was stopped, or its executor failed.</returns>
    /// <exception cref="TaskSerializationException">The item cannot be sent; the call goes on without it.</exception>
    bool Add(object? item);

    /// <summary>Does what is to be done at the end of the input.</summary>
    /// <returns>False when the call ended ahead of its items.</returns>
    bool Finish();

    /// <summary>Stops the call: drops waiting items, stops running ones, wakes whoever waits.</summary>
    void Stop();
}
