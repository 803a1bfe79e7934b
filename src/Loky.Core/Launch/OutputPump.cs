namespace Loky.Launch;

/// <summary>Passes a worker's output on to the parent's own stream.</summary>
internal static class OutputPump
{
    private const int StackSize = 256 * 1024;

    /// <summary>
    /// Does as <see cref="RunAsync"/> on a thread of its own, for a stream that blocks its reader, as child pipes do on Windows:
    /// two threads of the pool for each worker, and none would be left for anything else.
    /// </summary>
    public static Task RunOnThread(Stream source, Stream target, StandardErrorText? memory = null)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                Copy(source, target, memory);
                ended.SetResult();
            },
            StackSize)
        {
            IsBackground = true,
            Name = "Loky output",
        };
        thread.Start();
        return ended.Task;
    }

    /// <summary>Reads <paramref name="source"/> to its end; neither a broken source nor a closed target is an error.</summary>
    public static async Task RunAsync(Stream source, Stream target, StandardErrorText? memory = null)
    {
        byte[] buffer = new byte[4096];
        bool targetOpen = true;
        try
        {
            while (await source.ReadAsync(buffer).ConfigureAwait(false) is > 0 and int count)
            {
                memory?.Append(buffer.AsSpan(0, count));
                if (targetOpen)
                {
                    targetOpen = await TryWriteAsync(target, buffer.AsMemory(0, count)).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The worker's end is gone: that is how every worker's output ends.
        }
    }

    private static void Copy(Stream source, Stream target, StandardErrorText? memory)
    {
        byte[] buffer = new byte[4096];
        bool targetOpen = true;
        try
        {
            while (source.Read(buffer) is > 0 and int count)
            {
                memory?.Append(buffer.AsSpan(0, count));
                if (targetOpen)
                {
                    targetOpen = TryWrite(target, buffer.AsSpan(0, count));
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
        }
    }

    private static bool TryWrite(Stream target, ReadOnlySpan<byte> bytes)
    {
        try
        {
            target.Write(bytes);
            target.Flush();
            return true;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static async Task<bool> TryWriteAsync(Stream target, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await target.WriteAsync(bytes).ConfigureAwait(false);
            await target.FlushAsync().ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return false;
        }
    }
}
