using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Loky.Diagnosis;
using Loky.Hosting;
using Loky.Launch;

namespace Loky.Remote;

/// <summary>
/// The process of a command that leads to a host; on Unix it leads a session, so that no terminal's signal reaches it and what it
/// starts ends with it.
/// </summary>
internal sealed class HostProcess : IAsyncDisposable
{
    /// <summary>How a command has ended that was killed.</summary>
    public const string Killed = "SIGKILL";

    /// <summary>How <c>ssh</c> ends when its connection breaks, or what it runs is killed.</summary>
    public const string CutOff = "exit code 255";

    private const int SigTerm = 15;
    private const string SetSid = "setsid";
    private static readonly TimeSpan OutputGrace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(3);

    // One that has a place to give back needs longer for it, and if it is killed meanwhile, nobody gives it back.
    private static readonly TimeSpan GiveBackGrace = TimeSpan.FromSeconds(60);

    // Where there is no such program, the terminal's signal is kept away at least; a program keeps what it finds ignored.
    private static readonly string[] IgnoringInterrupts = ["/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh"];

    // Copies the input to the command, and ends the command some seconds after the input, should it still run. The shell
    // stays until the command has ended, also when both are told to end, which it does not comment on.
    private const string EndingWithInput = "trap : TERM; { trap 'exit 0' TERM; cat; sleep 5; kill -TERM 0; } 2>/dev/null | { trap : TERM; \"$@\"; e=$?; trap '' TERM; kill -TERM 0; exit $e; }";

    private readonly Process _process;
    private readonly int _id;
    private readonly ProcessDescriptor? _descriptor;
    private readonly StandardErrorText _standardError = new();
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<string>? _onErrorLine;
    private readonly TimeSpan _grace;
    private int _aborted;
    private int _disposed;
    private volatile bool _showErrors;

    private HostProcess(Process process, Action<string>? onErrorLine, TimeSpan grace)
    {
        _grace = grace;
        _process = process;
        _id = process.Id;
        _descriptor = ProcessDescriptor.Open(_id);
        _onErrorLine = onErrorLine;
        process.Exited += (_, _) => _exited.TrySetResult();
        process.EnableRaisingEvents = true;
        Ended = EndAsync(PumpErrorsAsync(process.StandardError.BaseStream));
    }

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Gets the last lines that it has written to its standard error so far.</summary>
    public string StandardError => _standardError.Text;

    /// <summary>Gets a task that ends when the command has ended, and says how.</summary>
    public Task<string> Ended { get; }

    /// <summary>Starts a command; each line of its standard error goes to <paramref name="onErrorLine"/>.</summary>
    /// <exception cref="Win32Exception">There is no such program.</exception>
    public static HostProcess Start(HostCommand command, Action<string>? onErrorLine)
    {
        List<string> arguments = [.. command.Arguments];
        if (!OperatingSystem.IsWindows())
        {
            // Found here, so that a program that is not there is told as such.
            arguments[0] = Find(arguments[0]) ?? throw new Win32Exception(2, MessageText.Format(Messages.HostProgramMissing, arguments[0]));
            if (command.EndsWithInput)
            {
                arguments.InsertRange(0, ["/bin/sh", "-c", EndingWithInput, "sh"]);
            }

            arguments.InsertRange(0, Find(SetSid) is { } setSid ? [setSid] : IgnoringInterrupts);
        }

        var info = new ProcessStartInfo(arguments[0])
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        arguments.Skip(1).ToList().ForEach(info.ArgumentList.Add);
        WorkerRuntime.Set(info.Environment);
        Process process = Process.Start(info) ?? throw new Win32Exception(MessageText.Format(Messages.WorkerNotStarted, arguments[0]));
        return new HostProcess(process, onErrorLine, command.EndsWithInput ? GiveBackGrace : EndGrace);
    }

    /// <summary>Shows on this process's standard error what the command writes to its own from here on.</summary>
    public void ShowErrors() => _showErrors = true;

    /// <summary>Ends the command, and what it has started here, without blocking; what it says of that is not shown.</summary>
    public void Abort()
    {
        _showErrors = false;
        if (Interlocked.Exchange(ref _aborted, 1) == 0 && !_exited.Task.IsCompleted)
        {
            _ = AbortAsync();
        }
    }

    /// <summary>Closes its input first: that is how what it leads to hears of the end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            _ = await Ended.ConfigureAwait(false);
            return;
        }

        _showErrors = false;
        Isolated.Call(static process => process.StandardInput.Close(), _process);
        await _exited.Task.WaitAsync(EndGrace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Abort();
        _ = await Ended.ConfigureAwait(false);
        _process.Dispose();
        _descriptor?.Dispose();
    }

    /// <summary>Asks the command to end, so that it can give a place in a queue back, and kills it when it does not.</summary>
    private async Task AbortAsync()
    {
        if (!OperatingSystem.IsWindows())
        {
            Signal(SigTerm);
            await _exited.Task.WaitAsync(_grace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Isolated.Call(static process => process.Kill(entireProcessTree: OperatingSystem.IsWindows()), _process);
        Signal(ProcessGroup.SigKill);
    }

    private void Signal(int signal)
    {
        if (!OperatingSystem.IsWindows() && _descriptor?.TrySignalGroup(signal) != true)
        {
            ProcessGroup.SignalGroup(_id, signal, leaderIsGone: _exited.Task.IsCompleted);
        }
    }

    private async Task<string> EndAsync(Task pump)
    {
        await _exited.Task.ConfigureAwait(false);
        Signal(ProcessGroup.SigKill);
        await pump.WaitAsync(OutputGrace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        int code = _process.ExitCode;
        string reason = new WorkerExit(_id, code, string.Empty) { WasSignalled = _descriptor?.WasSignalled() }.Reason;
        return reason.StartsWith("EXIT", StringComparison.Ordinal) ? string.Create(CultureInfo.InvariantCulture, $"exit code {code}") : reason;
    }

    private async Task PumpErrorsAsync(Stream source)
    {
        using Stream shown = Console.OpenStandardError();
        byte[] buffer = new byte[4096];
        var line = new StringBuilder();
        try
        {
            while (await source.ReadAsync(buffer).ConfigureAwait(false) is > 0 and int count)
            {
                _standardError.Append(buffer.AsSpan(0, count));
                if (_onErrorLine is not null)
                {
                    TellLines(line, Encoding.UTF8.GetString(buffer, 0, count));
                }

                if (_showErrors)
                {
                    Isolated.Call(
                        static write =>
                        {
                            write.shown.Write(write.Bytes.Span);
                            write.shown.Flush();
                        },
                        (shown, Bytes: buffer.AsMemory(0, count)));
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // That is how its output ends when it is killed.
        }
    }

    private void TellLines(StringBuilder line, string text)
    {
        const int longest = 4096;
        foreach (char character in text)
        {
            if (character != '\n')
            {
                _ = line.Length < longest ? line.Append(character) : line;
                continue;
            }

            Isolated.Call(static told => told.Tell(told.Line), (Tell: _onErrorLine!, Line: line.ToString().TrimEnd('\r')));
            _ = line.Clear();
        }
    }

    private static string? Find(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            return File.Exists(program) ? program : null;
        }

        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }
}
