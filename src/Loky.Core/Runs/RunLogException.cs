namespace Loky.Runs;

/// <summary>The log of a run cannot be used, or no more.</summary>
internal sealed class RunLogException(RunLogProblem problem, string path, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Gets what is wrong.</summary>
    public RunLogProblem Problem { get; } = problem;

    /// <summary>Gets the log's path.</summary>
    public string Path { get; } = path;
}
