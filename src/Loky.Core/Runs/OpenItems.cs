using System.Collections.Concurrent;

namespace Loky.Runs;

/// <summary>The items of a call that have not ended, by index, in pages that go when all items of one have ended.</summary>
/// <remarks>Without a lock: an item is added before a worker can have it, then looked at for that worker only.</remarks>
internal sealed class OpenItems
{
    private readonly ConcurrentDictionary<long, Page> _pages = new();
    private Page? _last;

    public void Add(long index, OpenItem item)
    {
        (long number, int place) = PlaceOf(index);
        if (_last is not { } page || page.Number != number)
        {
            _pages[number] = _last = page = new Page(number);
        }

        page.Items[place] = item;
    }

    /// <summary>Gets the number of an item in the input; null where there is none that is open.</summary>
    public long? NumberOf(long index)
    {
        (long number, int place) = PlaceOf(index);
        return _pages.TryGetValue(number, out Page? page) && Volatile.Read(ref page.Items[place].Number) is > 0 and long open ? open : null;
    }

    public Walk From(long index) => new(this, index);

    private static (long Number, int Place) PlaceOf(long index) => (index / Page.Size, (int)(index % Page.Size));

    /// <summary>Where somebody stands who walks the items one by one.</summary>
    public ref struct Walk(OpenItems items, long index)
    {
        private long _index = index;
        private Page? _page;
        private int _ended;

        /// <summary>Gets the item, which counts as none where its number is 0.</summary>
        public ref OpenItem Current
        {
            get
            {
                (long number, int place) = PlaceOf(_index);
                if (_page?.Number != number)
                {
                    Leave();
                    _page = items._pages.TryGetValue(number, out Page? page) ? page : new Page(number);
                }

                return ref _page.Items[place];
            }
        }

        public void Next() => _index++;

        /// <summary>Takes the item out, and goes on to the next.</summary>
        public void End()
        {
            ref OpenItem item = ref Current;
            if (item.Number > 0)
            {
                Volatile.Write(ref item.Number, 0);
                _ended++;
            }

            _index++;
        }

        public void Leave()
        {
            if (_ended > 0 && _page!.Forget(_ended))
            {
                _ = items._pages.TryRemove(_page.Number, out _);
            }

            _ended = 0;
        }
    }

    private sealed class Page(long number)
    {
        public const int Size = 1024;

        private int _left = Size;

        public long Number { get; } = number;

        public OpenItem[] Items { get; } = new OpenItem[Size];

        /// <summary>Forgets items that have ended; returns whether none is left, nor will come.</summary>
        public bool Forget(int count) => Interlocked.Add(ref _left, -count) == 0;
    }
}
