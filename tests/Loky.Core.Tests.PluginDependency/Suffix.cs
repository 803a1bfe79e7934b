namespace Loky.Tests.PluginDependency;

/// <summary>Something that the plugin needs.</summary>
public static class Suffix
{
    /// <summary>Appends the suffix.</summary>
    public static string AppendTo(string text) => text + " from the dependency";
}
