namespace Loky.Hosting;

/// <summary>What <see cref="MemoryWatch"/> asks about the process and its runtime.</summary>
internal interface IProcessMemory
{
    /// <summary>Gets how many bytes of memory the process has: what is resident, also where it is shared.</summary>
    long Resident { get; }

    /// <summary>Gets how many of these are of captured values that are in memory once for all workers; milliseconds where there are any.</summary>
    long Shared { get; }

    /// <summary>Gets how many bytes the thread has allocated so far; costs some nanoseconds.</summary>
    long Allocated { get; }

    /// <summary>Gets the time in milliseconds, as <see cref="Environment.TickCount64"/>; costs some nanoseconds.</summary>
    long Milliseconds { get; }

    /// <summary>Collects all garbage and returns what is free to the system.</summary>
    void Collect();
}
