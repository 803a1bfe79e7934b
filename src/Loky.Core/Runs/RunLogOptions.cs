namespace Loky.Runs;

/// <summary>Where the log of a call is, and what is done with what it holds.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Resumes">Whether to go on with what is there.</param>
/// <param name="Force">Whether to do so with that of another block or other items; or, not going on, to replace it.</param>
internal sealed record RunLogOptions(string Path, bool Resumes, bool Force);
