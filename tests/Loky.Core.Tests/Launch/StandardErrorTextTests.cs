using System.Text;
using Loky.Launch;
using Loky.Windows;
using Xunit;

namespace Loky.Tests.Launch;

/// <summary>What is remembered of a worker's standard error.</summary>
public sealed class StandardErrorTextTests
{
    [Fact]
    public void A_few_lines_are_all_remembered() => Assert.Equal("one\ntwo\nthree", TextOf("\none\r\n", "two\nthr", "ee\n\n"));

    [Fact]
    public void Of_many_lines_the_first_and_the_last_are_remembered_with_a_mark_between()
    {
        string[] lines = TextOf(string.Concat(Enumerable.Range(1, 1000).Select(i => $"line {i}\n"))).Split('\n');
        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"line {i}"), lines.Take(20));
        Assert.Contains("956", lines[20], StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(977, 24).Select(i => $"line {i}"), lines.Skip(21));
    }

    [Theory]
    [InlineData("Stack overflow.")]
    [InlineData("Unhandled exception. System.Exception: no")]
    [InlineData("Process terminated. gone")]
    public void The_beginning_of_a_crash_report_is_remembered_whatever_came_before_and_after(string opening)
    {
        string before = string.Concat(Enumerable.Range(1, 500).Select(i => $"talk {i}\n"));
        string frames = string.Concat(Enumerable.Range(1, 5000).Select(i => $"   at Frame{i}()\n"));
        string[] lines = TextOf(before, opening + "\n", frames).Split('\n');
        Assert.Equal("talk 500", lines[3]);
        Assert.Equal(opening, lines[4]);
        Assert.Equal("   at Frame5000()", lines[^1]);
    }

    [Fact]
    public void A_message_tells_the_first_lines_of_a_crash_report_and_where_the_rest_is()
    {
        string frames = string.Concat(Enumerable.Range(1, 30).Select(i => $"   at Frame{i}()\n"));
        string[] lines = StandardErrorText.Summarize(TextOf("talk\n", "Process terminated. gone\n", frames)).Split('\n');
        Assert.Equal(["Process terminated. gone", "   at Frame1()", "   at Frame2()", "   at Frame3()", "   at Frame4()"], lines.SkipLast(1));
        Assert.Contains("27", lines[^1], StringComparison.Ordinal);
        Assert.Contains(nameof(TerminatedWorkerException.StandardError), lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_tells_the_last_lines_where_there_was_no_crash()
    {
        string text = TextOf(string.Concat(Enumerable.Range(1, 9).Select(i => $"line {i}\n")));
        Assert.Equal(["line 5", "line 6", "line 7", "line 8", "line 9"], StandardErrorText.Summarize(text).Split('\n').SkipLast(1));
        Assert.Equal("one\ntwo", StandardErrorText.Summarize("one\ntwo"));
    }

    [Fact]
    public void A_character_may_come_in_two_parts()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("grün\n");
        var text = new StandardErrorText();
        foreach (byte one in bytes)
        {
            text.Append([one]);
        }

        Assert.Equal("grün", text.Text);
    }

    [Theory]
    [InlineData(0, new byte[] { 0x67, 0x72, 0xC3, 0xBC, 0x6E })]
    [InlineData(850, new byte[] { 0x67, 0x72, 0x81, 0x6E })]
    [InlineData(1252, new byte[] { 0x67, 0x72, 0xFC, 0x6E })]
    [InlineData(65001, new byte[] { 0x67, 0x72, 0xC3, 0xBC, 0x6E })]
    [InlineData(54321, new byte[] { 0x67, 0x72, 0xC3, 0xBC, 0x6E })]
    public void What_was_written_in_a_code_page_is_read_in_it(int codePage, byte[] bytes)
    {
        var text = new StandardErrorText(WindowsConsole.EncodingOf(codePage));
        text.Append(bytes);
        Assert.Equal("grün", text.Text);
    }

    [Fact]
    public void A_line_without_end_takes_no_more_memory_than_another()
    {
        string text = TextOf([.. Enumerable.Repeat(new string('x', 4096), 100)]);
        Assert.InRange(text.Length, 1, 1000);
    }

    private static string TextOf(params string[] parts)
    {
        var text = new StandardErrorText();
        foreach (string part in parts)
        {
            text.Append(Encoding.UTF8.GetBytes(part));
        }

        return text.Text;
    }
}
