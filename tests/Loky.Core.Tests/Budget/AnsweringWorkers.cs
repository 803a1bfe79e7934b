using System.Buffers.Binary;
using Loky.Channel;
using Loky.Connections;
using Loky.Wire;

namespace Loky.Tests.Budget;

/// <summary>Workers without processes, each of which answers an item as soon as it is its turn.</summary>
internal sealed class AnsweringWorkers : ILauncher
{
    private readonly Queue<AnsweringWorker> _due = new();

    public IReadOnlyDictionary<string, string> BaseEnvironment { get; } = new Dictionary<string, string>();

    public IConnection Create(IConnectionOwner owner) => new AnsweringWorker(this, owner);

    /// <summary>Lets one that has something to do take a step. Tells whether there was one.</summary>
    public bool Step()
    {
        if (!_due.TryDequeue(out AnsweringWorker? worker))
        {
            return false;
        }

        worker.Step();
        return true;
    }

    private sealed class AnsweringWorker(AnsweringWorkers all, IConnectionOwner owner) : IConnection, ILedger
    {
        private (int Group, long First, int Count) _running;
        private (int Group, long First, int Count) _waiting;
        private bool _ready;
        private bool _ended;
        private long _frames;

        public int ProcessId => 1;

        public ILedger Ledger => this;

        public LedgerEntry Look() => default;

        public void Start() => all._due.Enqueue(this);

        public void Enqueue(OutgoingFrame frame)
        {
            // A frame of a batch can have those of its group before it.
            ReadOnlyMemory<byte> bytes = frame.Head;
            while (bytes.Length >= Frame.HeaderSize)
            {
                int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
                if ((FrameType)bytes.Span[4] == FrameType.Batch)
                {
                    var reader = new WireReader(bytes.Slice(Frame.HeaderSize, length));
                    int group = reader.ReadInt32();
                    _ = reader.ReadInt32();
                    (int Group, long First, int Count) batch = (group, reader.ReadInt64(), reader.ReadInt32());
                    (_running, _waiting) = _running.Count == 0 ? (batch, default) : (_running, batch);
                    all._due.Enqueue(this);
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
                all._due.Enqueue(this);
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
            else if (!_ready)
            {
                _ready = true;
                owner.OnStarted();
                owner.OnConnected(Capabilities.None);
                owner.OnFrame(new Frame(FrameType.Ready, ByteArrays.Rent(1), 0));
            }
            else if (_running.Count > 0)
            {
                (int Group, long First, int Count) batch = _running;
                (_running, _waiting) = (_waiting, default);
                byte[] payload = ByteArrays.Rent(RecordsHeader.Size + batch.Count);
                new RecordsHeader(batch.Group, ++_frames, batch.First, batch.Count, batch.Count, 1000).Write(payload);

                // Each item is nothing but its end, which is zero.
                payload.AsSpan(RecordsHeader.Size, batch.Count).Clear();
                owner.OnFrame(new Frame(FrameType.Records, payload, RecordsHeader.Size + batch.Count));
            }
        }
    }
}
