using System.Collections.Concurrent;
using System.Management.Automation.Language;
using System.Runtime.CompilerServices;
using Loky.Execution;
using Loky.Scheduling;

namespace Loky.PowerShell.Execution;

/// <summary>What is known of how long the items of a block take. A block that is typed again at the prompt is another one to
/// PowerShell, with the same text. Thread-safe.</summary>
internal static class BlockCosts
{
    private const int MaxTexts = 1000;
    private const int MaxText = 16 * 1024;

    private static readonly ConditionalWeakTable<Ast, ItemCost> ByTree = [];
    private static readonly ConcurrentDictionary<string, ItemCost> ByText = new(StringComparer.Ordinal);

    public static ItemCost Of(Ast block) => ByTree.GetValue(block, static block =>
    {
        if (block.Extent.EndOffset - block.Extent.StartOffset > MaxText)
        {
            return new ItemCost();
        }

        if (ByText.Count >= MaxTexts)
        {
            ByText.Clear();
        }

        return ByText.GetOrAdd(block.Extent.Text, static _ => new ItemCost());
    });
}
