using System.Diagnostics;

namespace Loky.Tests.Support;

/// <summary>Waits for conditions that nothing signals, with a deadline.</summary>
internal static class Until
{
    /// <summary>The time that anything that must come may take on a machine that is busy with other things.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Waits until a condition holds.</summary>
    public static async Task True(Func<bool> condition, string what, TimeSpan? limit = null)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!condition())
        {
            if (waited.Elapsed > (limit ?? Limit))
            {
                throw new TimeoutException($"It did not come about within {limit ?? Limit} that {what}.");
            }

            await Task.Delay(5);
        }
    }
}
