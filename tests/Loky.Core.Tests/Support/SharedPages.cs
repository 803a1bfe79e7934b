using System.Globalization;

namespace Loky.Tests.Support;

/// <summary>Looks at memory that this process shares with others (Linux).</summary>
public static class SharedPages
{
    /// <summary>Gets how much of memory whose name has a text in it is mapped, and how much of that is copied, in bytes.</summary>
    public static (long Mapped, long Own) Of(string name)
    {
        (long mapped, long own) = (0, 0);
        bool isNamed = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (!parts[0].EndsWith(':'))
            {
                isNamed = line.Contains(name, StringComparison.Ordinal);
            }
            else if (isNamed && parts[0] is ("Size:" or "Anonymous:"))
            {
                long bytes = long.Parse(parts[1], CultureInfo.InvariantCulture) * 1024;
                (mapped, own) = parts[0] == "Size:" ? (mapped + bytes, own) : (mapped, own + bytes);
            }
        }

        return (mapped, own);
    }
}
