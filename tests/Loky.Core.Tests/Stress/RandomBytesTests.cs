using System.Net.Sockets;
using System.Security.Cryptography;
using Loky.Channel;
using Loky.Execution;
using Loky.Launch;
using Loky.Wire;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Loky.Tests.Stress;

/// <summary>Random bytes, and real frames with random changes, at both ends of a channel: no crash, no hang, no growth.</summary>
[Collection(UsesWorkers.Name)]
[Trait("Category", StressForm.Category)]
public sealed class RandomBytesTests(ITestOutputHelper output)
{
    private const int MaxGrowth = 64 << 20;

    private static readonly int Connections = StressForm.Pick(300, 50_000);
    private static readonly int Workers = StressForm.Pick(6, 500);

    [Fact]
    public Task The_parents_end_of_a_channel_closes_once_with_a_reason_or_none() => StressForm.Repeat(output, "random bytes at a channel", run => Guard.Limit(async () =>
    {
        long before = 0;
        for (int i = 0; i < Connections; i++)
        {
            if (i == Connections / 2)
            {
                // By now each thread keeps the one buffer for false lengths that the pool of arrays lets it keep.
                before = GC.GetTotalMemory(forceFullCollection: true);
            }

            (Socket parent, Socket worker) = SocketPair.Connect();
            int closed = 0;
            var end = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
            var channel = new WorkerChannel(new SocketTransport(parent), new FrameReader(), Look, error =>
            {
                closed++;
                _ = end.TrySetResult(error);
            });
            channel.Start();
            using (worker)
            {
                try
                {
                    _ = await worker.SendAsync(Mutation(run.Random));
                }
                catch (SocketException)
                {
                    // It was broken off before it had read all.
                }
            }

            Exception? reason = await end.Task.WaitAsync(Until.Limit);
            Assert.True(reason is null or ProtocolException or WireFormatException, $"{reason}");
            channel.Dispose();
            Assert.Equal(1, closed);
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MaxGrowth);
    }, () => null, StressForm.Seconds));

    [LinuxFact]
    public Task A_pool_outlives_workers_that_send_random_bytes() => StressForm.Repeat(output, "workers that send random bytes", run => Guard.Run(2, async executor =>
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        int victims = 0;
        for (int i = 0; i < Workers; i++)
        {
            Exception? error = await Record.ExceptionAsync(() => executor.Submit(SendAndEnd, Mutation(run.Random)));

            // Bytes can be the beginning of a frame that never ends; then it is its own end that tells the parent.
            Assert.True(error is TerminatedWorkerException, $"{error}");
            victims++;
        }

        run.Add(deaths: victims);
        Assert.Equal(Enumerable.Range(0, 20), await Task.WhenAll(Enumerable.Range(0, 20).Select(i => executor.Submit(WorkerTasks.Same, i))));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MaxGrowth);
    }, StressForm.Seconds));

    [UnixFact("It meets a worker at a socket in a folder, where Windows has a named pipe.")]
    public Task A_worker_that_gets_random_bytes_ends_with_its_channel() => StressForm.Repeat(output, "random bytes at a worker", run => Guard.Limit(async () =>
    {
        for (int i = 0; i < Workers; i++)
        {
            await SendToWorkerAsync(Mutation(run.Random));
            run.Add(deaths: 1);
        }
    }, () => null, StressForm.Seconds));

    /// <summary>What a pool does with frames that are none of its own, as far as one can without a pool.</summary>
    private static void Look(Frame frame)
    {
        using (frame)
        {
            if (frame.Type == FrameType.Records)
            {
                _ = RecordReader.CountEnded(frame.Payload[Math.Min(frame.Payload.Length, RecordsHeader.Size)..]);
            }
        }
    }

    /// <summary>Plays the parent of one real worker, which is good until it is ready.</summary>
    private static async Task SendToWorkerAsync(byte[] bytes)
    {
        string folder = PrivateFolder.Create();
        try
        {
            var request = new LaunchRequest { Address = folder, Secret = RandomNumberGenerator.GetBytes(LaunchRequest.SecretSize), Depth = 1 };
            using TaskJournal journal = TaskJournal.Create(FolderMeetingPoint.JournalIn(folder));
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(FolderMeetingPoint.SocketIn(folder)));
            listener.Listen(1);
            using LaunchedProcess process = LaunchedProcess.Start(new LocalLauncher(DotNetHost.CreateCommand(), null, null), request);
            try
            {
                using (Socket socket = await listener.AcceptAsync().WaitAsync(Until.Limit))
                {
                    _ = await socket.SendAsync(new WorkerSetup().ToFrame().Head);
                    await ReceiveUntilReadyAsync(socket).WaitAsync(Until.Limit);
                    _ = await socket.SendAsync(bytes);
                    socket.Shutdown(SocketShutdown.Send);
                }

                await process.WaitForExitAsync().WaitAsync(Until.Limit);
            }
            finally
            {
                process.Kill();
            }
        }
        finally
        {
            PrivateFolder.Delete(folder);
        }
    }

    private static async Task ReceiveUntilReadyAsync(Socket socket)
    {
        using var reader = new FrameReader();
        while (true)
        {
            while (reader.TryRead(out Frame frame))
            {
                using (frame)
                {
                    if (frame.Type == FrameType.Ready)
                    {
                        return;
                    }
                }
            }

            reader.Advance(await socket.ReceiveAsync(reader.GetMemory()));
        }
    }

    /// <summary>Noise, or frames of all kinds with some of their bytes changed, cut or continued.</summary>
    private static byte[] Mutation(Random random)
    {
        if (random.Next(4) == 0)
        {
            byte[] noise = new byte[random.Next(1, 2000)];
            random.NextBytes(noise);
            return noise;
        }

        using var buffer = new PooledBuffer();
        int frames = random.Next(1, 4);
        for (int i = 0; i < frames; i++)
        {
            int start = FrameWriter.Begin(buffer, (FrameType)random.Next((int)FrameType.Hello, (int)FrameType.StartRecord + 1));
            var writer = new WireWriter(buffer);
            for (int value = random.Next(0, 8); value > 0; value--)
            {
                writer.Write((long)random.Next(-2, 40));
            }

            byte[] body = new byte[random.Next(0, 200)];
            random.NextBytes(body);
            writer.WriteBinary(body);
            FrameWriter.End(buffer, start);
        }

        // An unknown type in the end, so that nobody can take it all for the truth.
        byte[] bytes = [.. buffer.WrittenSpan, 0, 0, 0, 0, 77];
        for (int changes = random.Next(0, 4); changes > 0; changes--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(4) == 0 ? bytes[..random.Next(1, bytes.Length)] : bytes;
    }

    private static int SendAndEnd(byte[] bytes)
    {
        OwnChannel.Write(bytes);
        Thread.Sleep(50);
        Deaths.Die(Death.Kill);
        return 0;
    }
}
