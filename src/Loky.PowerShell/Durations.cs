namespace Loky.PowerShell;

/// <summary>Reads durations as users write them: a number of seconds, or a TimeSpan.</summary>
internal static class Durations
{
    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> for none, a negative one, or one too long to wait for.</summary>
    public static TimeSpan Parse(object? value, string parameter)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (bare is TimeSpan span)
        {
            return Check(span, parameter);
        }

        if (bare is not null && LanguagePrimitives.TryConvertTo(bare, out double seconds) && !double.IsNaN(seconds))
        {
            return Check(TimeSpan.FromSeconds(Math.Clamp(seconds, -1, int.MaxValue + 1.0)), parameter, bare);
        }

        if (bare is string text && TimeSpan.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out span))
        {
            return Check(span, parameter);
        }

        throw Invalid(bare, parameter);
    }

    /// <summary>0 is no limit, as elsewhere in PowerShell; throws as <see cref="Parse"/> does.</summary>
    public static TimeSpan ParseLimit(object? value, string parameter) =>
        Parse(value, parameter) is var limit && limit == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : limit;

    private static TimeSpan Check(TimeSpan span, string parameter, object? given = null) =>
        span == Timeout.InfiniteTimeSpan || (span >= TimeSpan.Zero && span.TotalSeconds <= int.MaxValue)
            ? span
            : throw Invalid(given ?? span, parameter);

    private static ArgumentOutOfRangeException Invalid(object? value, string parameter) =>
        new(parameter, value, MessageText.Format(Loky.Messages.InvalidDuration, value ?? "$null", parameter, int.MaxValue));
}
