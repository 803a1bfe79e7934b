namespace Loky.Serialization;

/// <summary>
/// A value that cannot be sent, on its way out of the formatters: each of them adds the member it was at, and
/// <see cref="ValueSerializer"/> makes a <see cref="TaskSerializationException"/> of it.
/// </summary>
internal sealed class UnsendableValueException : Exception
{
    private readonly List<string> _path = [];

    /// <summary>Creates the exception for a value reached by members that are still to be added.</summary>
    /// <param name="reason">Why it cannot be sent, and the way out.</param>
    /// <param name="value">What stands at the end of the path, if the last member does not say it all.</param>
    /// <param name="innerException">The cause.</param>
    public UnsendableValueException(string reason, string? value = null, Exception? innerException = null)
        : base(reason, innerException)
    {
        if (value is not null)
        {
            _path.Add(value);
        }
    }

    /// <summary>Gets the members from the outermost value to the one that cannot be sent.</summary>
    public string Path
    {
        get
        {
            // A path as deep as the deepest value allowed would bury the reason.
            const int Shown = 12;
            IEnumerable<string> outermostFirst = Enumerable.Reverse(_path);
            return _path.Count <= Shown
                ? string.Join(" -> ", outermostFirst)
                : string.Join(" -> ", outermostFirst.Take(Shown / 2).Append("...").Concat(outermostFirst.TakeLast(Shown / 2)));
        }
    }

    /// <summary>Adds the member that holds what the path began with until now.</summary>
    public void Within(string member) => _path.Add(member);

    /// <summary>Gets the error that the user sees.</summary>
    public TaskSerializationException ToTaskError() =>
        new(_path.Count == 0 ? Message : MessageText.Format(Messages.ValueCannotBeSent, Path, Message), InnerException);
}
