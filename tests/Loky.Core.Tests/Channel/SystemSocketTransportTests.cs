using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Loky.Channel;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Channel;

/// <summary>The worker's end of its socket, against .NET's own, which the parent has.</summary>
public sealed class SystemSocketTransportTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), "loky-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(8)));
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(_path);
    }

    [LinuxFact]
    public async Task Megabytes_go_both_ways_at_the_same_time()
    {
        (FrameTransport here, FrameTransport there) = Meet();
        byte[] sent = RandomNumberGenerator.GetBytes(8 << 20);
        Task<byte[]> back = Task.Run(() => Read(here, sent.Length));
        Task<byte[]> away = Task.Run(() => Read(there, sent.Length));
        await Task.WhenAll(Task.Run(() => there.Send(sent)), Task.Run(() => here.Send(sent))).WaitAsync(Until.Limit);
        Assert.True((await back.WaitAsync(Until.Limit)).AsSpan().SequenceEqual(sent));
        Assert.True((await away.WaitAsync(Until.Limit)).AsSpan().SequenceEqual(sent));
        here.Dispose();
        there.Dispose();
    }

    [LinuxFact]
    public void The_end_of_the_other_side_is_seen_behind_what_it_sent()
    {
        (FrameTransport here, FrameTransport there) = Meet();
        here.Send([1, 2, 3]);
        here.Dispose();
        Assert.True(there.HasNews);
        Assert.Equal([1, 2, 3], Read(there, 3));
        Assert.Equal(0, there.Receive(new byte[10]));
        there.Dispose();
    }

    [LinuxFact]
    public void To_send_to_nobody_is_a_loss_and_no_signal()
    {
        (FrameTransport here, FrameTransport there) = Meet();
        here.Dispose();
        Assert.True(FrameTransport.IsLoss(Record.Exception(() => there.Send(new byte[1 << 20]))));
        there.Dispose();
        Assert.True(FrameTransport.IsLoss(Record.Exception(() => there.Send([1]))));
    }

    [LinuxFact]
    public async Task A_shutdown_ends_the_wait_of_both()
    {
        (FrameTransport here, FrameTransport there) = Meet();
        Assert.False(there.HasNews);
        Task<int> near = Task.Run(() => there.Receive(new byte[1]));
        Task<int> far = Task.Run(() => here.Receive(new byte[1]));
        there.Shutdown();
        Assert.All(await Task.WhenAll(near, far).WaitAsync(Until.Limit), static received => Assert.Equal(0, received));
        here.Dispose();
        there.Dispose();
    }

    [LinuxFact]
    public void Whom_nobody_awaits_cannot_connect()
    {
        Assert.True(FrameTransport.IsLoss(Record.Exception(() => SystemSocketTransport.Connect(_path))));
        Assert.True(FrameTransport.IsLoss(Record.Exception(() => SystemSocketTransport.Connect("/tmp/" + new string('ü', 60)))));
    }

    [LinuxFact]
    public async Task A_program_that_a_block_starts_does_not_hold_it_open()
    {
        (FrameTransport here, FrameTransport there) = Meet();
        using Process program = Process.Start("sleep", "600");
        try
        {
            there.Dispose();
            Assert.Equal(0, await Task.Run(() => here.Receive(new byte[1])).WaitAsync(Until.Limit));
        }
        finally
        {
            program.Kill();
            here.Dispose();
        }
    }

    private static byte[] Read(FrameTransport transport, int count)
    {
        byte[] read = new byte[count];
        for (int length = 0; length < count;)
        {
            int received = transport.Receive(read.AsMemory(length));
            Assert.NotEqual(0, received);
            length += received;
        }

        return read;
    }

    private (FrameTransport Here, FrameTransport There) Meet()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen(1);
        var there = SystemSocketTransport.Connect(_path);
        return (new SocketTransport(_listener.Accept()), there);
    }
}
