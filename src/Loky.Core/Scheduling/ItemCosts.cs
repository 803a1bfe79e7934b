using System.Runtime.CompilerServices;

namespace Loky.Scheduling;

/// <summary>What is known of how long items take, for as long as what runs them is there. Thread-safe.</summary>
internal static class ItemCosts
{
    private static readonly ConditionalWeakTable<object, ItemCost> Known = [];

    /// <summary>Gets what is known, or will be, of items that something runs: a method, say.</summary>
    public static ItemCost Of(object runner) => Known.GetValue(runner, static _ => new ItemCost());
}
