namespace Loky.Runs;

/// <summary>What earlier runs did with the items of an input, by number. Takes 9 bytes an item.</summary>
internal sealed class FinishedItems
{
    private const int PageSize = 4096;

    private readonly Dictionary<long, Page> _pages = [];

    /// <summary>Gets the largest number that there is.</summary>
    public long Last { get; private set; }

    /// <summary>Gets how many items have succeeded.</summary>
    public long Succeeded { get; private set; }

    /// <summary>Notes the end of an attempt. An item that has once succeeded has, unless another one took its number.</summary>
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

    /// <summary>Looks an item up.</summary>
    /// <param name="item">Its number.</param>
    /// <param name="hash">What it was known by.</param>
    /// <param name="succeeded">Whether it has succeeded.</param>
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
