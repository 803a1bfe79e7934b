namespace Loky.Wire;

/// <summary>What is in memory that processes share, by the hash of its bytes: who has the same bytes again finds them there. Thread-safe.</summary>
internal static class SharedMemories
{
    private static readonly Dictionary<string, WeakReference<SharedMemory>> Known = [];

    private static readonly Lazy<SharedMemory?> Trial = new(static () => SharedMemory.CreateProbe(ProbeName));

    /// <summary>Gets the path of a little memory of this process, by which another one finds out whether it can open such; null where there is none.</summary>
    public static string? Probe => Trial.Value?.Path;

    private static string ProbeName => "loky-probe";

    /// <summary>Gets what the memory of bytes is called, so that nothing else is taken for it.</summary>
    public static string NameOf(string key) => "loky-" + key[..Math.Min(key.Length, 32)];

    /// <summary>Tells whether this process can open the memory of the one whose <see cref="Probe"/> this is.</summary>
    public static bool CanOpen(string? probe)
    {
        try
        {
            using IDisposable? opened = probe is null ? null : SharedMemory.Open(probe, ProbeName, 0, 1);
            return opened is not null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Finds bytes, or copies them there; null where they are few, or the system has no such memory.</summary>
    /// <param name="key">Their hash.</param>
    /// <param name="bytes">What is to be there.</param>
    /// <param name="block">Where in them the first large block begins, of which an array is made.</param>
    public static SharedMemory? Get(string key, ReadOnlySpan<byte> bytes, int block)
    {
        lock (Known)
        {
            if (Known.TryGetValue(key, out WeakReference<SharedMemory>? known) && known.TryGetTarget(out SharedMemory? memory))
            {
                return memory;
            }

            foreach ((string other, WeakReference<SharedMemory> reference) in Known)
            {
                if (!reference.TryGetTarget(out _))
                {
                    _ = Known.Remove(other);
                }
            }
        }

        SharedMemory? made = SharedMemory.TryCreate(bytes, NameOf(key), block);
        if (made is not null)
        {
            lock (Known)
            {
                Known[key] = new WeakReference<SharedMemory>(made);
            }
        }

        return made;
    }
}
