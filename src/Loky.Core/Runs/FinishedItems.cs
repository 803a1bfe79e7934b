namespace Loky.Runs;

/// <summary>What earlier runs did with the items of an input, by number, in 9 bytes an item.</summary>
internal sealed class FinishedItems
{
    private const int PageSize = 4096;

    private readonly Dictionary<long, Page> _pages = [];

    public long Last { get; private set; }

    public long Succeeded { get; private set; }

    /// <summary>Takes an attempt's end: an item that once succeeded has, unless another one took its number.</summary>
    public void Note(long item, ItemHash hash, bool succeeded)
    {
        (long number, long place) = Math.DivRem(item - 1, PageSize);
        if (!_pages.TryGetValue(number, out Page? page))
        {
            _pages.Add(number, page = new Page());
        }

        Last = Math.Max(Last, item);
        if (page.States[place] == State.Succeeded)
        {
            if (hash == default || hash == page.Hashes[place])
            {
                return;
            }

            Succeeded--;
        }

        Succeeded += succeeded ? 1 : 0;
        (page.States[place], page.Hashes[place]) = (succeeded ? State.Succeeded : State.Seen, hash);
    }

    public bool TryFind(long item, out ItemHash hash, out bool succeeded)
    {
        (hash, succeeded) = (default, false);
        (long number, long place) = Math.DivRem(item - 1, PageSize);
        if (!_pages.TryGetValue(number, out Page? page) || page.States[place] == State.Unknown)
        {
            return false;
        }

        (hash, succeeded) = (page.Hashes[place], page.States[place] == State.Succeeded);
        return true;
    }

    private enum State : byte
    {
        Unknown,
        Seen,
        Succeeded,
    }

    private sealed class Page
    {
        public State[] States { get; } = new State[PageSize];

        public ItemHash[] Hashes { get; } = new ItemHash[PageSize];
    }
}
