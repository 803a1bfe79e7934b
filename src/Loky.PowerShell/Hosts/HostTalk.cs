using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Loky.Remote;

namespace Loky.PowerShell.Hosts;

/// <summary>The messages to and from a host's bootstrap: the loader's mark, then JSON behind a length of 32 bits.</summary>
internal sealed class HostTalk(Stream toHost, Stream fromHost)
{
    private const int MaxMessage = 64 * 1024;
    private const int MaxBanner = 1024 * 1024;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Reads up to the mark, whatever a login shell has written before it, and not one byte beyond.</summary>
    public async Task SkipToAsync(byte[] mark)
    {
        var banner = new List<byte>();
        byte[] buffer = new byte[mark.Length];
        while (true)
        {
            // As many bytes as are missing at least, with what is there already of the mark.
            int missing = mark.Length - Overlap(banner, mark);
            if (missing == 0)
            {
                return;
            }

            int count = await fromHost.ReadAsync(buffer.AsMemory(0, missing)).ConfigureAwait(false);
            if (count == 0)
            {
                throw new EndOfStreamException();
            }

            banner.AddRange(buffer.AsSpan(0, count));
            if (banner.Count > MaxBanner)
            {
                throw new HostPreparationException(MessageText.Format(Messages.HostOnlyBanner, Encoding.UTF8.GetString([.. banner.Take(200)])));
            }
        }
    }

    public Task SendAsync<T>(T message) => SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, Json));

    public async Task SendAsync(byte[] bytes)
    {
        byte[] head = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(head, bytes.Length);
        await toHost.WriteAsync(head).ConfigureAwait(false);
        await toHost.WriteAsync(bytes).ConfigureAwait(false);
        await toHost.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Takes only the time of the way; throws <see cref="HostPreparationException"/> where no answer comes.</summary>
    public async Task<T> ReceiveAnswerAsync<T>()
    {
        try
        {
            return await ReceiveAsync<T>().WaitAsync(AnswerLimit).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new HostPreparationException(MessageText.Format(Messages.HostFellSilent, AnswerLimit.TotalSeconds), exception);
        }
    }

    /// <summary>Throws <see cref="HostPreparationException"/> for what is no message.</summary>
    public async Task<T> ReceiveAsync<T>()
    {
        byte[] head = new byte[4];
        await fromHost.ReadExactlyAsync(head).ConfigureAwait(false);
        int length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is < 2 or > MaxMessage)
        {
            throw new HostPreparationException(MessageText.Format(Messages.HostTalksOtherwise, Encoding.UTF8.GetString(head)));
        }

        byte[] bytes = new byte[length];
        await fromHost.ReadExactlyAsync(bytes).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize<T>(bytes, Json) ?? throw new JsonException();
        }
        catch (JsonException exception)
        {
            throw new HostPreparationException(MessageText.Format(Messages.HostTalksOtherwise, Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 200)])), exception);
        }
    }

    /// <summary>Returns how many bytes at the end of a text are the beginning of the mark.</summary>
    private static int Overlap(List<byte> text, byte[] mark)
    {
        for (int length = Math.Min(text.Count, mark.Length); length > 0; length--)
        {
            if (System.Runtime.InteropServices.CollectionsMarshal.AsSpan(text)[^length..].SequenceEqual(mark.AsSpan(0, length)))
            {
                return length;
            }
        }

        return 0;
    }
}
