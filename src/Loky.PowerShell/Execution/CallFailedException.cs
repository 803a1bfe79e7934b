namespace Loky.PowerShell.Execution;

/// <summary>An error that ends the whole call: a worker could not set it up, or an item has failed what it is to test.</summary>
internal sealed class CallFailedException(ErrorRecord error) : Exception(error.Exception.Message, error.Exception)
{
    public ErrorRecord Error { get; } = error;

    /// <summary>Makes it of a worker's error; the cmdlet that ends with it completes its identifier and its place.</summary>
    public static CallFailedException Of(ErrorRecord error) =>
        new(new ErrorRecord(error.Exception, error.FullyQualifiedErrorId, error.CategoryInfo.Category, error.TargetObject));
}
