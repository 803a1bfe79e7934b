using Loky.Tests.PluginDependency;

namespace Loky.Tests.Plugin;

/// <summary>A task with an assembly of its own.</summary>
public static class Greeting
{
    /// <summary>Calls into the dependency.</summary>
    public static string For(string name) => Suffix.AppendTo("Hello " + name);
}
