namespace Loky.Serialization;

/// <summary>Writes and reads the items of containers.</summary>
internal static class ItemSequence
{
    public static void Write<T>(WriteSession session, Formatter<T> formatter, ReadOnlySpan<T> items, Type container)
    {
        session.Writer.WriteArrayHeader(items.Length);
        int at = 0;
        try
        {
            session.Enter();
            for (; at < items.Length; at++)
            {
                session.At(at);
                formatter.Write(session, items[at]);
            }

            session.Leave();
        }
        catch (UnsendableValueException exception)
        {
            exception.Within($"{TypeNames.Display(container)}[{at}]");
            throw;
        }
    }

    public static void Write<T>(WriteSession session, Formatter<T> formatter, IEnumerable<T> items, int count, Type container)
    {
        session.Writer.WriteArrayHeader(count);
        int at = 0;
        try
        {
            session.Enter();
            foreach (T item in items)
            {
                session.At(at);
                formatter.Write(session, item);
                at++;
            }

            session.Leave();
        }
        catch (UnsendableValueException exception)
        {
            exception.Within($"{TypeNames.Display(container)}[{at}]");
            throw;
        }

        if (at != count)
        {
            throw new UnsendableValueException(MessageText.Format(Messages.CollectionChanged, count, at), TypeNames.Display(container));
        }
    }

    /// <summary>Reads all items of an array into a new one.</summary>
    public static T[] ReadArray<T>(ref WireReader reader, ReadSession session, Formatter<T> formatter)
    {
        // Not allocated at once: a struct may be far larger than the one byte that the header vouches for.
        int count = reader.ReadArrayHeader();
        reader.Enter();
        T[] items = new T[Math.Min(count, FirstAllocation)];
        for (int i = 0; i < count; i++)
        {
            if (i == items.Length)
            {
                Array.Resize(ref items, (int)Math.Min(2L * items.Length, count));
            }

            items[i] = formatter.Read(ref reader, session);
        }

        reader.Leave();
        return items;
    }

    /// <summary>Gets how much room to make for <paramref name="count"/> items before the first of them is read.</summary>
    public static int Room(int count) => Math.Min(count, FirstAllocation);

    private const int FirstAllocation = 4096;
}
