namespace Loky.Hosting;

/// <summary>Tells which class of an assembly is the runner that a worker is to load from it.</summary>
/// <param name="runner">The class, an <see cref="IRunner"/> with a constructor without parameters.</param>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class RunnerAttribute(Type runner) : Attribute
{
    /// <summary>Gets the class.</summary>
    public Type Runner { get; } = runner;
}
