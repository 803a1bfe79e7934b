using System.Globalization;
using System.Net;

namespace Loky.Runs.Reports;

/// <summary>Texts of a report: what is shown, and what is safe to show.</summary>
internal static class ReportText
{
    /// <summary>Makes a text safe for HTML, in attributes too.</summary>
    public static string Safe(string text) => WebUtility.HtmlEncode(text);

    public static string Time(double microseconds) => microseconds switch
    {
        < 0.5 => "0",
        < 1000 => Format($"{microseconds:0} µs"),
        < 1_000_000 => Format($"{microseconds / 1000:0.0} ms"),
        < 60_000_000 => Format($"{microseconds / 1_000_000:0.00} s"),
        < 3_600_000_000 => Format($"{Math.Floor(microseconds / 60_000_000):0} min {Math.Floor(microseconds % 60_000_000 / 1_000_000):0} s"),
        _ => Format($"{Math.Floor(microseconds / 3_600_000_000):0} h {Math.Floor(microseconds % 3_600_000_000 / 60_000_000):0} min"),
    };

    /// <summary>Writes a time on an axis, in the unit of all others there.</summary>
    public static string AxisTime(double microseconds, double span) => microseconds < 0.5 ? "0" : span switch
    {
        < 10_000 => Format($"{microseconds:0} µs"),
        < 1_000_000 => Format($"{microseconds / 1000:0} ms"),
        < 100_000_000 => Format($"{microseconds / 1_000_000:0.0} s"),
        < 300_000_000 => Format($"{microseconds / 1_000_000:0} s"),
        < 7_200_000_000 => Format($"{microseconds / 60_000_000:0.#} min"),
        _ => Format($"{microseconds / 3_600_000_000:0.#} h"),
    };

    /// <summary>Writes a number with its thousands apart.</summary>
    public static string Number(double number) => number is > 0 and < 100 && number != Math.Floor(number)
        ? Format($"{number:0.#}")
        : Format($"{number:#,0}");

    public static string Percent(double share) => Format($"{100 * share:0} %");

    public static string Size(double bytes) => bytes switch
    {
        < 1000 => Format($"{bytes:0} B"),
        < 1_000_000 => Format($"{bytes / 1000:0.0} kB"),
        < 1_000_000_000 => Format($"{bytes / 1_000_000:0.0} MB"),
        _ => Format($"{bytes / 1_000_000_000:0.0} GB"),
    };

    public static string Name(AttemptOutcome outcome) => RunLogFormat.NameOf(outcome).ToString();

    /// <summary>Formats without regard to where the report is made.</summary>
    public static string Format(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>Formats a message for HTML: its arguments are texts of others.</summary>
    public static string Say(string message, params object?[] arguments) =>
        string.Format(CultureInfo.InvariantCulture, message, [.. arguments.Select(static argument => Safe(Convert.ToString(argument, CultureInfo.InvariantCulture) ?? string.Empty))]);
}
