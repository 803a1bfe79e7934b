using Xunit;

namespace Loky.Tests.Support;

/// <summary>A test that binds a process to some of the processors; skipped where the program for it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AffinityFactAttribute : FactAttribute
{
    /// <summary>Creates the attribute.</summary>
    public AffinityFactAttribute()
    {
        if (TaskSet is null)
        {
            Skip = "To bind a process to processors takes taskset.";
        }
    }

    /// <summary>The program that runs another on some of the processors, or null.</summary>
    public static string? TaskSet { get; } = new[] { "/usr/bin/taskset", "/bin/taskset" }.FirstOrDefault(File.Exists);
}
