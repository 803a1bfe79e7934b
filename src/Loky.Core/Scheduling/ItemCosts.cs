using System.Runtime.CompilerServices;

namespace Loky.Scheduling;

/// <summary>What is known of how long items take, for as long as what runs them is there. Thread-safe.</summary>
internal static class ItemCosts
{
    private static readonly ConditionalWeakTable<object, ItemCost> Known = [];

    public static ItemCost Of(object runner) => Known.GetValue(runner, static _ => new ItemCost());
}
