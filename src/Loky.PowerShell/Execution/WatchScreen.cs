using System.Text;

namespace Loky.PowerShell.Execution;

/// <summary>Shows a table on the terminal's other screen, and again and again: each time with one write, over what is there, so
/// that nothing flickers, and what was on the terminal before is there again at the end.</summary>
internal sealed class WatchScreen : IDisposable
{
    private const string Enter = "\u001b[?1049h\u001b[?25l\u001b[H\u001b[2J";
    private const string Leave = "\u001b[?25h\u001b[?1049l";
    private const string Home = "\u001b[H";
    private const string RestOfLine = "\u001b[K";
    private const string RestOfScreen = "\u001b[J";

    private readonly TextWriter _terminal;

    public WatchScreen(TextWriter terminal)
    {
        _terminal = terminal;
        Write(Enter);
    }

    /// <summary>Shows lines, which must fit on the screen.</summary>
    public void Show(IEnumerable<string> lines)
    {
        var text = new StringBuilder(Home);
        foreach (string line in lines)
        {
            _ = text.Append(line).Append(RestOfLine).Append("\r\n");
        }

        Write(text.Append(RestOfScreen).ToString());
    }

    public void Dispose() => Write(Leave);

    private void Write(string text)
    {
        _terminal.Write(text);
        _terminal.Flush();
    }
}
