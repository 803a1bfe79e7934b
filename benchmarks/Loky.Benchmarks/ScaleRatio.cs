using System.Diagnostics;
using System.Text.Json;
using Loky.Channel;
using Loky.Connections;
using Loky.Execution;
using Loky.Launch;
using Loky.Scheduling;
using Loky.Wire;

namespace Loky.Benchmarks;

/// <summary>
/// What an item costs the pool with few workers and with very many, which are not there: each answers a batch as soon as
/// it is asked to. So this is the cost of scheduling and accounting alone, in one thread.
/// </summary>
internal sealed class ScaleRatio : ILauncher
{
    public const string Argument = "--scale";

    private const int Items = 200_000;
    private const int Rounds = 5;

    private static readonly int[] Sizes = [10, 100, 1_000, 10_000];

    private readonly Queue<AnsweringWorker> _due = new();

    public IReadOnlyDictionary<string, string> BaseEnvironment { get; } = new Dictionary<string, string>();

    /// <summary>Prints, for each number of workers, what an item took, round by round, as a line of JSON.</summary>
    public static void Print()
    {
        Dictionary<int, List<double>> times = Sizes.ToDictionary(size => size, _ => new List<double>());
        Dictionary<int, double> memory = [];
        for (int round = 0; round <= Rounds; round++)
        {
            foreach (int size in Sizes)
            {
                double time = Measure(size, out double bytes);
                if (round > 0)
                {
                    times[size].Add(time);
                    memory[size] = bytes;
                }
            }
        }

        foreach (int size in Sizes)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { Workers = size, Microseconds = times[size], KilobytesPerWorker = Math.Round(memory[size] / 1024, 1) }));
        }
    }

    public IConnection Create(IConnectionOwner owner) => new AnsweringWorker(this, owner);

    private static double Measure(int workers, out double bytesPerWorker)
    {
        var scale = new ScaleRatio();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var pool = new WorkerPool(new PoolOptions
        {
            MaxWorkers = workers,
            IdleTimeout = TimeSpan.FromMinutes(5),
            Command = new WorkerCommand { FileName = string.Empty },
            StartAll = true,
            WorkerCap = static _ => int.MaxValue,
            Launcher = _ => scale,
        });

        // Each worker is ready, and has run something, before the clock starts.
        scale.Run(pool, 4 * workers);
        bytesPerWorker = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / workers;
        long begun = Stopwatch.GetTimestamp();
        scale.Run(pool, Items);
        double microseconds = Stopwatch.GetElapsedTime(begun).TotalMicroseconds / Items;
        pool.Shutdown(kill: true);
        scale.Answer();
        return microseconds;
    }

    private void Run(WorkerPool pool, int items)
    {
        var group = new QueuedTaskGroup(TaskKind.Delegate, default, new TaskGroupOptions { BatchSize = 1 }, ordered: false);
        pool.AddGroup(group);
        var buffer = new PooledBuffer();
        for (int i = 0; i < items; i++)
        {
            buffer.Clear();
            new WireWriter(buffer).Write((long)i);
            _ = group.Add(ref buffer);
        }

        group.CompleteAdding();
        pool.Notify(group, completed: true);
        int ended = 0;
        while (!group.Results.IsOver)
        {
            Answer();
            while (group.Results.TryTake(out ResultEntry entry))
            {
                ended += entry.Count;
                entry.Frame?.Dispose();
            }
        }

        if (ended != items)
        {
            throw new InvalidOperationException($"{ended} of {items} items ended.");
        }
    }

    /// <summary>Lets each worker that has something to do take one step.</summary>
    private void Answer()
    {
        for (int count = _due.Count; count > 0; count--)
        {
            _due.Dequeue().Step();
        }
    }

    /// <summary>A worker that answers each item with its end.</summary>
    private sealed class AnsweringWorker(ScaleRatio scale, IConnectionOwner owner) : IConnection, ILedger
    {
        private readonly Queue<(int Group, long First, int Count)> _batches = new();
        private bool _told;
        private bool _ready;
        private bool _ended;
        private long _frames;

        public int ProcessId => 1;

        public ILedger Ledger => this;

        public LedgerEntry Look() => default;

        public void Start()
        {
            _told = true;
            scale._due.Enqueue(this);
        }

        public void Enqueue(OutgoingFrame frame)
        {
            // A frame of a batch can have those of its group before it.
            ReadOnlyMemory<byte> bytes = frame.Head;
            while (bytes.Length >= Frame.HeaderSize)
            {
                int length = System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
                if ((FrameType)bytes.Span[4] == FrameType.Batch)
                {
                    var reader = new WireReader(bytes.Slice(Frame.HeaderSize, length));
                    int group = reader.ReadInt32();
                    _ = reader.ReadInt32();
                    _batches.Enqueue((group, reader.ReadInt64(), reader.ReadInt32()));
                    scale._due.Enqueue(this);
                }

                bytes = bytes[(Frame.HeaderSize + length)..];
            }

            frame.Release();
        }

        public void Pump()
        {
            // It has got everything already.
        }

        public void Abort()
        {
            if (!_ended)
            {
                _ended = true;
                scale._due.Enqueue(this);
            }
        }

        public void AbortNow() => Abort();

        public void ShowErrors()
        {
            // It writes none.
        }

        public void Step()
        {
            if (_ended)
            {
                owner.OnClosed(null);
                owner.OnEnded(new ConnectionEnd(new WorkerExit(1, 0, string.Empty), 0, [], null));
            }
            else if (_told && !_ready)
            {
                _ready = true;
                owner.OnStarted();
                owner.OnConnected(Capabilities.None);
                owner.OnFrame(new Frame(FrameType.Ready, ByteArrays.Rent(1), 0));
            }
            else if (_batches.TryDequeue(out (int Group, long First, int Count) batch))
            {
                byte[] payload = ByteArrays.Rent(RecordsHeader.Size + batch.Count);
                new RecordsHeader(batch.Group, ++_frames, batch.First, batch.Count, batch.Count, 1000).Write(payload);
                // Each item is nothing but its end, which is zero.
                payload.AsSpan(RecordsHeader.Size, batch.Count).Clear();
                owner.OnFrame(new Frame(FrameType.Records, payload, RecordsHeader.Size + batch.Count));
            }
        }
    }
}
