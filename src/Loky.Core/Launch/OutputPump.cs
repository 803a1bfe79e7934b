namespace Loky.Launch;

/// <summary>Passes a worker's output on to the parent's own stream.</summary>
internal static class OutputPump
{
    /// <summary>Reads <paramref name="source"/> to its end. Neither a broken source nor a closed target is an error.</summary>
    /// <param name="source">The worker's stream.</param>
    /// <param name="target">The parent's.</param>
    /// <param name="memory">What is to remember some of it, or null.</param>
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
