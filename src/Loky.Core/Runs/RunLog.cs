using System.Collections.Concurrent;
using Loky.Execution;

namespace Loky.Runs;

/// <summary>The log of one call: what is written, and what earlier runs have done already.</summary>
/// <remarks>Items are counted, and looked up, by the one thread at a time that adds them.</remarks>
internal sealed class RunLog
{
    // Longer than a stopped call may take to end.
    private static readonly TimeSpan ClosingPatience = TimeSpan.FromSeconds(10);
    private static readonly ConcurrentDictionary<string, Task> Closing = new(StringComparer.Ordinal);

    private readonly RunLogWriter _writer;
    private readonly FinishedItems? _finished;
    private readonly RunLogOptions _options;
    private WorkerPool? _pool;
    private long _skipped;
    private bool _toldOfFailure;

    private RunLog(RunLogOptions options, FileStream file, RunLogLock ownership, RunLogHeader header, FinishedItems? finished)
    {
        (_options, _finished) = (options, finished);
        _writer = new RunLogWriter(options.Path, file, ownership, header, () => (Tracker!.LastNumber, _skipped), () => Volatile.Read(ref _pool)?.LookAgain());
        Tracker = new AttemptTracker();
        Tracker.Add(_writer);
    }

    public AttemptTracker Tracker { get; }

    internal IAttemptSink Sink => _writer;

    /// <summary>Gets how many items were skipped because they had succeeded before.</summary>
    public long Skipped => _skipped;

    /// <summary>Opens the log of a call and writes its first line.</summary>
    /// <exception cref="RunLogException">It cannot be opened, is in use, there already, or of something else.</exception>
    public static RunLog Open(RunLogOptions options, RunLogHeader header)
    {
        if (Closing.TryGetValue(options.Path, out Task? closing))
        {
            // A call that was stopped a moment ago.
            _ = closing.Wait(ClosingPatience);
        }

        RunLogLock? ownership = null;
        FileStream? file = null;
        try
        {
            ownership = RunLogLock.Take(options.Path);
            file = new FileStream(options.Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            FinishedItems? finished = null;
            if (file.Length > 0 && options.Resumes)
            {
                finished = ReadFinished(options, header, file);
            }
            else if (file.Length > 0 && !options.Force)
            {
                throw new RunLogException(RunLogProblem.Exists, options.Path, MessageText.Format(Messages.RunLogExists, options.Path));
            }
            else
            {
                file.SetLength(0);
            }

            _ = file.Seek(0, SeekOrigin.End);
            return new RunLog(options, file, ownership, header with { Resumes = finished is not null }, finished);
        }
        catch (Exception exception)
        {
            file?.Dispose();
            ownership?.Dispose();
            if (exception is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                throw new RunLogException(RunLogProblem.Failed, options.Path, MessageText.Format(Messages.RunLogNotOpened, options.Path, exception.Message), exception);
            }

            throw;
        }
    }

    public void Attach(WorkerPool pool) => Volatile.Write(ref _pool, pool);

    /// <summary>Counts the next item of the input, and tells whether it is to be run.</summary>
    /// <exception cref="RunLogException">It is another item than the one in the log.</exception>
    public bool Admit(ItemHash item)
    {
        long number = Tracker.Count(item);
        if (_finished is null || !_finished.TryFind(number, out ItemHash hash, out bool succeeded))
        {
            return true;
        }

        if (hash != default && hash != item)
        {
            return _options.Force ? true : throw Differs(MessageText.Format(Messages.RunLogOtherItem, _options.Path, number));
        }

        _skipped += succeeded ? 1 : 0;
        return !succeeded;
    }

    /// <summary>Counts the next item of the input, which cannot be sent.</summary>
    public void NoteNotSent(string errorId)
    {
        _ = Tracker.Count(default);
        Tracker.OnNotSent(errorId);
    }

    /// <summary>Checks, at its end, that the input is not shorter than the log's; returns what to tell, or null.</summary>
    public RunLogException? CheckInput() => _finished is not null && _finished.Last > Tracker.LastNumber && !_options.Force
        ? Differs(MessageText.Format(Messages.RunLogFewerItems, _options.Path, Tracker.LastNumber, _finished.Last))
        : null;

    /// <summary>Ends the log of a call that was never begun.</summary>
    public void Abandon(Exception error)
    {
        _writer.Complete(error, cancelled: false);
        NoteClosing();
    }

    /// <summary>Lets the next run wait for the end of a log that nobody else waits for.</summary>
    public void NoteClosing()
    {
        Closing[_options.Path] = _writer.Closed;
        _ = _writer.Closed.ContinueWith(
            closed => Closing.TryRemove(KeyValuePair.Create(_options.Path, closed)), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Gets a task that completes when everything is written.</summary>
    public Task Closed => _writer.Closed;

    /// <summary>Takes, once, what kept lines from being written.</summary>
    public RunLogException? TakeFailure()
    {
        if (_toldOfFailure || _writer.Failure is not { } failure)
        {
            return null;
        }

        _toldOfFailure = true;
        return failure;
    }

    private static FinishedItems ReadFinished(RunLogOptions options, RunLogHeader header, FileStream file)
    {
        var finished = new FinishedItems();
        using var reader = new RunLogReader(options.Path);
        string? block = null;
        while (reader.Read())
        {
            RunLogEntry entry = reader.Entry;
            if (entry.Kind == RunLogLineKind.Run)
            {
                block = entry.Header!.BlockHash;
            }
            else if (entry.Kind == RunLogLineKind.Attempt)
            {
                finished.Note(entry.Item, entry.Hash, entry.Outcome == AttemptOutcome.Succeeded);
            }
        }

        if (block is not null && block != header.BlockHash && !options.Force)
        {
            throw new RunLogException(RunLogProblem.Differs, options.Path, MessageText.Format(Messages.RunLogOtherBlock, options.Path));
        }

        if (block is null && !IsBeginning(file))
        {
            throw new RunLogException(RunLogProblem.Unreadable, options.Path, MessageText.Format(Messages.RunLogNone, options.Path));
        }

        // The rest of a line that a killed run has left is taken away, or it would spoil the next one.
        file.SetLength(reader.WholeLength);
        return finished;
    }

    /// <summary>Tells whether a file without a whole line was left by a run killed in the middle of its first one.</summary>
    private static bool IsBeginning(FileStream file)
    {
        ReadOnlySpan<byte> beginning = "{\"loky\":\"run\""u8;
        Span<byte> found = stackalloc byte[beginning.Length];
        found = found[..RandomAccess.Read(file.SafeFileHandle, found, 0)];
        return beginning.StartsWith(found);
    }

    private RunLogException Differs(string message) => new(RunLogProblem.Differs, _options.Path, message);
}
