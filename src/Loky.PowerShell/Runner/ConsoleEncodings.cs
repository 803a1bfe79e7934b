using System.Text;

namespace Loky.PowerShell.Runner;

/// <summary>The encodings in which this process speaks to the programs that it runs, as they were before a call.</summary>
internal sealed class ConsoleEncodings
{
    private readonly Encoding _output = Console.OutputEncoding;
    private readonly Encoding _input = Console.InputEncoding;

    public static void Set(Encoding? output, Encoding? input)
    {
        Try(output, static () => Console.OutputEncoding, static value => Console.OutputEncoding = value);
        Try(input, static () => Console.InputEncoding, static value => Console.InputEncoding = value);
    }

    public void Restore() => Set(_output, _input);

    /// <summary>To set one, even to the same, makes the console's streams anew; without a console Windows refuses.</summary>
    private static void Try(Encoding? wanted, Func<Encoding> get, Action<Encoding> set)
    {
        if (wanted is null || (get() is var current && current.CodePage == wanted.CodePage && current.Preamble.SequenceEqual(wanted.Preamble)))
        {
            return;
        }

        try
        {
            set(wanted);
        }
        catch (IOException)
        {
            // Programs are then read in the encoding of the worker.
        }
    }
}
