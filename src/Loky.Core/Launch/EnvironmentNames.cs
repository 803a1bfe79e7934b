using System.Collections;

namespace Loky.Launch;

/// <summary>Environments by the names of their variables, which on Windows are the same whatever their case.</summary>
internal static class EnvironmentNames
{
    public static StringComparer Comparer { get; } = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    public static Dictionary<string, string> Read() => OfProcess(Environment.GetEnvironmentVariables(), Comparer);

    public static IReadOnlyDictionary<string, string?> Of(IReadOnlyDictionary<string, string?>? variables) => Of(variables, Comparer);

    /// <summary>Returns an environment whose names compare in some way; of those that are the same the last counts.</summary>
    internal static Dictionary<string, string?> Of(IReadOnlyDictionary<string, string?>? variables, StringComparer comparer)
    {
        var named = new Dictionary<string, string?>(comparer);
        foreach ((string name, string? value) in variables ?? new Dictionary<string, string?>())
        {
            named[name] = value;
        }

        return named;
    }

    /// <summary>Does so with a process's, to which programs can give variables that differ in case alone.</summary>
    internal static Dictionary<string, string> OfProcess(IDictionary variables, StringComparer comparer)
    {
        var named = new Dictionary<string, string>(comparer);
        foreach (DictionaryEntry variable in variables)
        {
            named[(string)variable.Key] = (string?)variable.Value ?? string.Empty;
        }

        return named;
    }
}
