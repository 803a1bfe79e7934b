namespace Loky.Serialization;

/// <summary>Lists of types as text, because to name a type itself loads its assembly, and a process needs few of them.</summary>
internal static class TypeLists
{
    /// <summary>Gets the names by which types are found, of a text such as <c>Space: Type Type Space,Assembly: Type</c>.</summary>
    public static IEnumerable<string> Parse(string lists)
    {
        (string space, string assembly) = (string.Empty, string.Empty);
        foreach (string word in lists.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!word.EndsWith(':'))
            {
                yield return $"{space}.{word}{assembly}";
                continue;
            }

            int end = word.IndexOfAny([',', ':']);
            (space, assembly) = (word[..end], word[end..^1]);
        }
    }
}
