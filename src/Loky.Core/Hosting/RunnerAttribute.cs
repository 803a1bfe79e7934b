namespace Loky.Hosting;

/// <summary>Names an assembly's <see cref="IRunner"/>, a class with a constructor without parameters.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class RunnerAttribute(Type runner) : Attribute
{
    public Type Runner { get; } = runner;
}
