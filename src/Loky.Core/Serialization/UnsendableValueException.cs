namespace Loky.Serialization;

/// <summary>A value that cannot be sent, on its way out of the formatters, which add the members that led to it.</summary>
internal sealed class UnsendableValueException : Exception
{
    private readonly List<string> _path = [];

    /// <summary>Creates it with a reason that tells the way out, and a value where the last member does not say it all.</summary>
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

    public TaskSerializationException ToTaskError() =>
        new(_path.Count == 0 ? Message : MessageText.Format(Messages.ValueCannotBeSent, Path, Message), InnerException);
}
