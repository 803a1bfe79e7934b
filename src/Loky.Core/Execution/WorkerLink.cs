using Loky.Channel;
using Loky.Connections;
using Loky.Scheduling;

namespace Loky.Execution;

/// <summary>Between a worker's account and its connection: sends what was decided, and tells the pool what is heard.</summary>
internal sealed class WorkerLink : IConnectionOwner, ILedger
{
    private readonly WorkerPool _pool;
    private readonly Worker _worker;
    private readonly IConnection _connection;
    private readonly MessageWriter _writer;
    private readonly object _sending = new();
    private readonly object _queueing = new();
    private WorkerMessage _next;
    private Queue<WorkerMessage>? _later;
    private volatile bool _hasNext;
    private bool _closed;

    public WorkerLink(WorkerPool pool, Worker worker, ILauncher launcher)
    {
        (_pool, _worker) = (pool, worker);
        _connection = launcher.Create(this);
        _writer = new MessageWriter(_connection.Enqueue);
        worker.Attach(this, this);
    }

    public Worker Worker => _worker;

    /// <summary>Starts it in the background; the pool hears of it again when it is ready, or gone.</summary>
    public void Start() => _connection.Start();

    /// <summary>Kills it; its items are accounted for as with any death.</summary>
    public void Kill() => _connection.Abort();

    /// <summary>Kills it, from a process that ends before its own tasks can.</summary>
    public void KillNow() => _connection.AbortNow();

    /// <summary>Shows what it writes to its standard error, from what it has written so far.</summary>
    public void ShowErrors() => _connection.ShowErrors();

    /// <summary>Asked anew each time: a worker that is placed on a host has another ledger from then on.</summary>
    public LedgerEntry Look() => _connection.Ledger.Look();

    public void Queue(WorkerMessage message)
    {
        lock (_queueing)
        {
            // There is hardly ever more than one, which has its place here.
            if (_hasNext)
            {
                (_later ??= new Queue<WorkerMessage>()).Enqueue(message);
            }
            else
            {
                _next = message;
                _hasNext = true;
            }
        }
    }

    /// <summary>Encodes and sends what is queued, without blocking.</summary>
    public void Send()
    {
        try
        {
            // One at a time, or they would change places.
            lock (_sending)
            {
                while (!_closed && _hasNext)
                {
                    WorkerMessage message = Take();
                    if (_writer.Write(message) is { } frame)
                    {
                        _connection.Enqueue(frame);
                    }
                }
            }

            _connection.Pump();
        }
        catch (Exception exception)
        {
            // What it was not told it would wait for, and the pool for it.
            _pool.BreakWorker(_worker, exception.Message);
        }
    }

    void IConnectionOwner.OnStarted() => _pool.OnWorkerStarted(_worker, _connection.ProcessId, _connection.HostName);

    void IConnectionOwner.OnConnected(Capabilities capabilities) => _pool.OnWorkerConnected(_worker, capabilities);

    void IConnectionOwner.OnFrame(Frame frame) => _pool.OnFrame(_worker, frame);

    void IConnectionOwner.OnClosed(Exception? error) => _pool.OnChannelClosed(_worker, error);

    void IConnectionOwner.OnEnded(ConnectionEnd end)
    {
        // From here on its items may be run and end elsewhere: their memory is not to be read any more.
        lock (_sending)
        {
            _closed = true;
        }

        _pool.OnWorkerGone(_worker, end);
    }

    /// <summary>Takes the message that comes next. Only who sends takes, so that there is one.</summary>
    private WorkerMessage Take()
    {
        lock (_queueing)
        {
            WorkerMessage message = _next;
            _hasNext = _later is { Count: > 0 };
            _next = _hasNext ? _later!.Dequeue() : default;
            return message;
        }
    }
}
