using Loky.Channel;
using Loky.Execution;
using Loky.Launch;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Launch;

/// <summary>Workers that know the secret, and are of another version or cannot do what is needed: the executor says so, and does not wait for another.</summary>
[Collection(UsesWorkers.Name)]
public sealed class IncompatibleWorkerTests
{
    [LinuxFact]
    public Task A_worker_of_another_version_is_named_as_the_reason_with_both_versions() => CheckReason(
        static (buffer, request) =>
        {
            int start = FrameWriter.Begin(buffer, FrameType.Hello);
            var writer = new WireWriter(buffer);
            writer.WriteArrayHeader(2);
            writer.Write(99L);
            writer.WriteBinary(request.Secret);
            FrameWriter.End(buffer, start);
        },
        MessageText.Format(Messages.HandshakeWrongVersion, 99, LaunchRequest.ProtocolVersion));

    [LinuxFact]
    public Task A_worker_that_lacks_what_is_needed_is_named_as_the_reason_with_what_it_lacks() => CheckReason(
        static (buffer, request) => Handshake.Write(buffer, request.Secret, 1, new PeerInfo("9.8.7", Capabilities.Cancel | Capabilities.Recall)),
        MessageText.Format(Messages.WorkerLacksCapability, "scripts", "9.8.7", PeerInfo.Parent.Version, LaunchRequest.ProtocolVersion));

    [LinuxFact]
    public Task A_start_whose_process_dies_while_somebody_is_connected_and_says_nothing_fails_soon() =>
        Break(static (_, _) => { }, "while [ ! -e $1.connected ]; do sleep 0.01; done");

    private static async Task CheckReason(Action<PooledBuffer, LaunchRequest> writeHello, string reason) =>
        Assert.Equal(MessageText.Format(Messages.ExecutorNotPrepared, reason), (await Break(writeHello, "exec sleep 60")).Message);

    /// <summary>Starts an executor whose workers keep their launch requests for this test, which connects in their place.</summary>
    private static async Task<BrokenExecutorException> Break(Action<PooledBuffer, LaunchRequest> writeHello, string andThen)
    {
        string folder = Directory.CreateTempSubdirectory("loky-test-").FullName;
        var pool = new WorkerPool(PoolOptions.Of(new ExecutorOptions { MaxWorkers = 1 }, new WorkerCommand
        {
            FileName = "/bin/sh",
            Arguments = ["-c", $"set -- '{folder}/'$$; cat > $1 && mv $1 $1.request; {andThen}"],
            RunnerAssembly = "/of/scripts.dll",
        }));
        using var ended = new CancellationTokenSource();
        Task connecting = ConnectEach(folder, writeHello, ended.Token);
        try
        {
            var group = new CountingGroup(WorkerTasks.Same, 1).RunOn(pool);
            BrokenExecutorException error = await Assert.ThrowsAsync<BrokenExecutorException>(() => group.Completed.WaitAsync(Until.Limit));
            await pool.Stopped.WaitAsync(Until.Limit);
            return error;
        }
        finally
        {
            pool.Shutdown(kill: true);
            await ended.CancelAsync();
            await connecting.WaitAsync(Until.Limit);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task ConnectEach(string folder, Action<PooledBuffer, LaunchRequest> writeHello, CancellationToken ended)
    {
        List<IDisposable> open = [];
        while (!ended.IsCancellationRequested)
        {
            foreach (string path in Directory.GetFiles(folder, "*.request"))
            {
                LaunchRequest request;
                using (FileStream stream = File.OpenRead(path))
                {
                    request = LaunchRequest.ReadFrom(stream);
                }

                File.Delete(path);
                (FrameTransport transport, TaskJournal journal) = MeetingPoint.Visit(request.Address);
                open.AddRange([transport, journal]);
                using var hello = new PooledBuffer();
                writeHello(hello, request);
                transport.Send(hello.WrittenSpan);
                File.WriteAllText(Path.ChangeExtension(path, "connected"), string.Empty);
            }

            await Task.Delay(5, CancellationToken.None);
        }

        open.ForEach(static one => one.Dispose());
    }
}
