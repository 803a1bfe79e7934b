namespace Loky.Serialization;

/// <summary>A value that cannot be sent, on its way out of the formatters, which add the members that led to it.</summary>
/// <param name="reason">Why, and the way out.</param>
/// <param name="value">The value, where the last member does not say it all.</param>
/// <param name="innerException">What code of the user's threw, if that is the cause.</param>
internal sealed class UnsendableValueException(string reason, string? value = null, Exception? innerException = null)
    : Exception(reason, innerException)
{
    private readonly List<string> _path = value is null ? [] : [value];

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

    public TaskSerializationException ToTaskError() =>
        new(_path.Count == 0 ? Message : MessageText.Format(Messages.ValueCannotBeSent, Path, Message), InnerException);
}
