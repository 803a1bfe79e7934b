using System.Text.RegularExpressions;
using RegexCapture = System.Text.RegularExpressions.Capture;

namespace Loky.PowerShell.Serialization;

/// <summary>What a regular expression has found. A match needs the text that it was found in, and each match in a long text would
/// bring all of that again: such a one comes as a property bag, with its groups and captures.</summary>
internal static class MatchFormatter
{
    /// <summary>The longest text that goes along with each match in it.</summary>
    public const int LongestText = 16 * 1024;

    private const int LevelsOfBag = 3;

    public static void Write(PSWriteSession session, object value)
    {
        var match = (Match)value;
        if (!match.Success)
        {
            session.WriteComposite(match, PSComposite.RegexMatch, 0, static (_, _) => { });
            return;
        }

        WriteFound(session, match, PSComposite.RegexMatch, static (session, match) =>
        {
            // The groups one by one are those of the numbers from 0 on, of which there can be others.
            Regex regex = MatchInternals.RegexOf(match)!;
            int[] numbers = regex.GetGroupNumbers();
            session.WriteValue(regex);
            StringFormatter.Write(session.Writer, MatchInternals.TextOf(match));
            session.Writer.WriteArrayHeader(numbers.Length);
            foreach (int number in numbers)
            {
                WritePlaces(session, match.Groups[number]);
            }
        });
    }

    public static void WriteGroup(PSWriteSession session, object value) =>
        WriteFound(session, (Group)value, PSComposite.RegexGroup, static (session, group) =>
        {
            StringFormatter.Write(session.Writer, group.Name);
            StringFormatter.Write(session.Writer, MatchInternals.TextOf(group));
            WritePlaces(session, group);
        });

    public static void WriteCapture(PSWriteSession session, object value) =>
        WriteFound(session, (RegexCapture)value, PSComposite.RegexCapture, static (session, capture) =>
        {
            StringFormatter.Write(session.Writer, MatchInternals.TextOf(capture));
            session.Writer.Write(capture.Index);
            session.Writer.Write(capture.Length);
        });

    /// <summary>Runs no expression.</summary>
    public static Match Read(ref WireReader reader, PSReadSession session, int count)
    {
        if (count == 0)
        {
            return Match.Empty;
        }

        if (count != 3)
        {
            throw new FormatException(MessageText.Format(Messages.PSValueWrongSize, count, PSComposite.RegexMatch));
        }

        Regex regex = session.Require<Regex>(ref reader);
        string text = StringFormatter.Read(ref reader) ?? string.Empty;
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

    public static Group ReadGroup(ref WireReader reader)
    {
        string name = StringFormatter.Read(ref reader) ?? string.Empty;
        string text = StringFormatter.Read(ref reader) ?? string.Empty;
        return MatchInternals.NewGroup(text, ReadPlaces(ref reader, text), name);
    }

    public static RegexCapture ReadCapture(ref WireReader reader)
    {
        string text = StringFormatter.Read(ref reader) ?? string.Empty;
        int index = reader.ReadInt32();
        return MatchInternals.NewCapture(text, index, Checked(index, reader.ReadInt32(), text));
    }

    private static void WriteFound<T>(PSWriteSession session, T capture, PSComposite kind, Action<PSWriteSession, T> content)
        where T : RegexCapture
    {
        if (MatchInternals.AreKnown && MatchInternals.TextOf(capture) is null or { Length: <= LongestText })
        {
            session.WriteComposite(capture, kind, 3, content);
            return;
        }

        // Down to the captures of the groups of a match, which is all that there is.
        int depth = session.DepthLeft;
        session.DepthLeft = Math.Max(depth, LevelsOfBag);
        PropertyBagFormatter.Write(session, capture);
        session.DepthLeft = depth;
    }

    private static void WritePlaces(PSWriteSession session, Group group)
    {
        session.Writer.WriteArrayHeader(group.Captures.Count * 2);
        foreach (RegexCapture capture in group.Captures)
        {
            session.Writer.Write(capture.Index);
            session.Writer.Write(capture.Length);
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
