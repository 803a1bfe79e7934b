using System.Text.RegularExpressions;
using Loky.PowerShell.Internals;
using Loky.Wire;
using RegexCapture = System.Text.RegularExpressions.Capture;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// What a regular expression has found. A match needs the text that it was found in, and each match in a long text would
/// bring all of that again: such a one comes as a property bag, with its groups and captures.
/// </summary>
internal static class MatchCodec
{
    /// <summary>The longest text that goes along with each match in it.</summary>
    public const int LongestText = 16 * 1024;

    private const int LevelsOfBag = 3;

    /// <summary>Writes a match: whether it is one, then expression, text, and for each group index and length of each capture.</summary>
    public static void Write(PSValueWriter writer, object value)
    {
        var match = (Match)value;
        Regex? regex = MatchInternals.RegexOf(match);
        if (match.Success && (regex is null || !CanBeWhole(match)))
        {
            WriteBag(writer, value);
            return;
        }

        if (!writer.Begin(value))
        {
            return;
        }

        writer.BeginComposite(PSComposite.RegexMatch, match.Success ? 3 : 0);
        if (match.Success)
        {
            // The groups one by one are those of the numbers from 0 on, of which there can be others.
            int[] numbers = regex!.GetGroupNumbers();
            writer.WriteValue(regex);
            ScalarEncoders.WriteString(writer, MatchInternals.TextOf(match)!);
            writer.Out.WriteArrayHeader(numbers.Length);
            foreach (int number in numbers)
            {
                WritePlaces(writer, match.Groups[number]);
            }
        }

        writer.Leave();
    }

    /// <summary>Writes a group: name, text, and index and length of each capture.</summary>
    public static void WriteGroup(PSValueWriter writer, object value)
    {
        var group = (Group)value;
        if (!CanBeWhole(group))
        {
            WriteBag(writer, value);
        }
        else if (writer.Begin(value))
        {
            writer.BeginComposite(PSComposite.RegexGroup, 3);
            ScalarEncoders.WriteString(writer, group.Name);
            ScalarEncoders.WriteStringOrNil(writer, MatchInternals.TextOf(group));
            WritePlaces(writer, group);
            writer.Leave();
        }
    }

    /// <summary>Writes a capture: text, index and length.</summary>
    public static void WriteCapture(PSValueWriter writer, object value)
    {
        var capture = (RegexCapture)value;
        if (!CanBeWhole(capture))
        {
            WriteBag(writer, value);
        }
        else if (writer.Begin(value))
        {
            writer.BeginComposite(PSComposite.RegexCapture, 3);
            ScalarEncoders.WriteStringOrNil(writer, MatchInternals.TextOf(capture));
            writer.Out.Write(capture.Index);
            writer.Out.Write(capture.Length);
            writer.Leave();
        }
    }

    /// <summary>Reads a match. No expression is run.</summary>
    public static Match Read(ref WireReader reader, PSValueReader values, int count)
    {
        if (count == 0)
        {
            return Match.Empty;
        }

        object? read = values.ReadValue(ref reader);
        var regex = ((read as System.Management.Automation.PSObject)?.BaseObject ?? read) as Regex
            ?? throw new FormatException(MessageText.Format(Messages.PSValueWrongType, read?.GetType(), typeof(Regex)));
        string text = PSValueReader.ReadText(ref reader) ?? string.Empty;
        reader.ReadArrayHeader(regex.GetGroupNumbers().Length);
        reader.Enter();
        var places = new int[regex.GetGroupNumbers().Length][];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = ReadPlaces(ref reader, text);
        }

        reader.Leave();
        return places[0].Length >= 2
            ? MatchInternals.NewMatch(regex, text, places)
            : throw new FormatException(MessageText.Format(Messages.PSValueWrongSize, places[0].Length, typeof(Match)));
    }

    /// <summary>Reads a group.</summary>
    public static Group ReadGroup(ref WireReader reader)
    {
        string name = PSValueReader.ReadText(ref reader) ?? string.Empty;
        string text = PSValueReader.ReadText(ref reader) ?? string.Empty;
        return MatchInternals.NewGroup(text, ReadPlaces(ref reader, text), name);
    }

    /// <summary>Reads a capture.</summary>
    public static RegexCapture ReadCapture(ref WireReader reader)
    {
        string text = PSValueReader.ReadText(ref reader) ?? string.Empty;
        int index = reader.ReadInt32();
        return MatchInternals.NewCapture(text, index, Checked(index, reader.ReadInt32(), text));
    }

    private static bool CanBeWhole(RegexCapture capture) => MatchInternals.AreKnown && MatchInternals.TextOf(capture) is null or { Length: <= LongestText };

    private static void WriteBag(PSValueWriter writer, object value)
    {
        // Down to the captures of the groups of a match, which is all that there is.
        int depth = writer.DepthLeft;
        writer.DepthLeft = Math.Max(depth, LevelsOfBag);
        ObjectEncoder.WriteUnwrapped(writer, value);
        writer.DepthLeft = depth;
    }

    private static void WritePlaces(PSValueWriter writer, Group group)
    {
        writer.Out.WriteArrayHeader(group.Captures.Count * 2);
        foreach (RegexCapture capture in group.Captures)
        {
            writer.Out.Write(capture.Index);
            writer.Out.Write(capture.Length);
        }
    }

    private static int[] ReadPlaces(ref WireReader reader, string text)
    {
        var places = new int[reader.ReadArrayHeader() & ~1];
        reader.Enter();
        for (int i = 0; i < places.Length; i += 2)
        {
            places[i] = reader.ReadInt32();
            places[i + 1] = Checked(places[i], reader.ReadInt32(), text);
        }

        reader.Leave();
        return places;
    }

    private static int Checked(int index, int length, string text) =>
        index >= 0 && length >= 0 && index <= text.Length - length
            ? length
            : throw new FormatException(MessageText.Format(Messages.PSValueWrongSize, length, typeof(RegexCapture)));
}
