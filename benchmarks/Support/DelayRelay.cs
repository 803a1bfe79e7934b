using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

/// <summary>A link with a delay: passes on what comes to a port of the loopback address, in both directions half the delay later.</summary>
public sealed class DelayRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly int _target;
    private readonly TimeSpan _half;

    public DelayRelay(int target, TimeSpan delay)
    {
        (_target, _half) = (target, delay / 2);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _over.Cancel();
        _listener.Stop();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient near = await _listener.AcceptTcpClientAsync(_over.Token);
                var far = new TcpClient { NoDelay = true };
                near.NoDelay = true;
                await far.ConnectAsync(IPAddress.Loopback, _target, _over.Token);
                _ = PassAsync(near, far);
                _ = PassAsync(far, near);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // That is the end.
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to)
    {
        var underWay = Channel.CreateUnbounded<(long Due, byte[] Bytes)>();
        Task sending = SendAsync(underWay.Reader, to);
        try
        {
            byte[] buffer = new byte[128 * 1024];
            while (await from.GetStream().ReadAsync(buffer, _over.Token) is > 0 and int count)
            {
                await underWay.Writer.WriteAsync((Environment.TickCount64 + (long)_half.TotalMilliseconds, buffer[..count]));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or System.IO.IOException or ObjectDisposedException)
        {
            // One side is gone.
        }

        underWay.Writer.Complete();
        await sending;
        to.Close();
    }

    private async Task SendAsync(ChannelReader<(long Due, byte[] Bytes)> underWay, TcpClient to)
    {
        try
        {
            await foreach ((long due, byte[] bytes) in underWay.ReadAllAsync(_over.Token))
            {
                if (due - Environment.TickCount64 is > 0 and long left)
                {
                    await Task.Delay((int)left, _over.Token);
                }

                await to.GetStream().WriteAsync(bytes, _over.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or System.IO.IOException or ObjectDisposedException)
        {
            // Likewise.
        }
    }
}
