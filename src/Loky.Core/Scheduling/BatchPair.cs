using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Loky.Scheduling;

/// <summary>The batches that a worker has, the running one first: two at most. A look at them, which a change does not reach.</summary>
/// <param name="running">The one whose items are run; null for none.</param>
/// <param name="waiting">The one behind it, or null.</param>
internal readonly struct BatchPair(Batch? running, Batch? waiting) : IReadOnlyCollection<Batch>
{
    /// <inheritdoc/>
    public int Count => running is null ? 0 : waiting is null ? 1 : 2;

    /// <summary>Gets the running one, which there must be.</summary>
    public Batch Peek() => running ?? throw new InvalidOperationException();

    /// <summary>Gets the running one, if there is one.</summary>
    public bool TryPeek([NotNullWhen(true)] out Batch? batch)
    {
        batch = running;
        return batch is not null;
    }

    /// <summary>Walks them.</summary>
    public Enumerator GetEnumerator() => new(running, waiting);

    /// <inheritdoc/>
    IEnumerator<Batch> IEnumerable<Batch>.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Walks the batches of a worker.</summary>
    public struct Enumerator(Batch? running, Batch? waiting) : IEnumerator<Batch>
    {
        private int _next;

        /// <inheritdoc/>
        public readonly Batch Current => _next == 1 ? running! : waiting!;

        /// <inheritdoc/>
        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext() => _next++ switch
        {
            0 => running is not null,
            1 => waiting is not null,
            _ => false,
        };

        /// <inheritdoc/>
        public void Reset() => _next = 0;

        /// <inheritdoc/>
        public readonly void Dispose()
        {
            // Nothing is held.
        }
    }
}
