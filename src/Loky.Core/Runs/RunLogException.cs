namespace Loky.Runs;

/// <summary>The log of a run cannot be used, or no more.</summary>
internal sealed class RunLogException(RunLogProblem problem, string path, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public RunLogProblem Problem { get; } = problem;

    public string Path { get; } = path;
}
