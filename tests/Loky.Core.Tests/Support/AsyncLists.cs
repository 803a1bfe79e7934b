namespace Loky.Tests.Support;

/// <summary>Reads asynchronous sequences to their end.</summary>
internal static class AsyncLists
{
    public static async Task<List<T>> ToList<T>(this IAsyncEnumerable<T> source)
    {
        List<T> list = [];
        await foreach (T item in source)
        {
            list.Add(item);
        }

        return list;
    }
}
