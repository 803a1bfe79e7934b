using System.ComponentModel;
using System.Diagnostics;
using Loky.Channel;
using Loky.Hosting;
using Loky.Windows;

namespace Loky.Launch;

/// <summary>A worker's operating-system process as its parent sees it.</summary>
internal sealed class LaunchedProcess : IDisposable
{
    private static readonly TimeSpan OutputGrace = TimeSpan.FromMilliseconds(500);

    // Kills come from any thread, and .NET's process object has no guard of its own against a disposal meanwhile.
    private readonly object _gate = new();
    private readonly Process _process;
    private readonly StandardErrorText _standardError;
    private readonly HeldOutput _shownErrors;
    private readonly ProcessDescriptor? _descriptor;
    private readonly ProcessJob? _job;
    private readonly Task _pumps;
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _disposed;

    private LaunchedProcess(Process process, LocalLauncher launcher)
    {
        _process = process;
        _standardError = new StandardErrorText(WindowsConsole.EncodingOf(launcher.CodePage));
        _shownErrors = new HeldOutput(launcher.OpenError());
        Id = process.Id;
        _descriptor = ProcessDescriptor.Open(Id);

        // It waits for its launch request, so that nothing it will start is outside.
        _job = OperatingSystem.IsWindows() ? ProcessJob.Around(process) : null;
        process.Exited += (_, _) => _exited.TrySetResult();
        process.EnableRaisingEvents = true;

        // Were one of the three streams inherited, .NET would switch the session's terminal to a foreground program's settings.
        _pumps = Task.WhenAll(
            Pump(process.StandardError.BaseStream, _shownErrors, _standardError),
            Pump(process.StandardOutput.BaseStream, launcher.OpenOutput(), null));
    }

    public int Id { get; }

    public static LaunchedProcess Start(LocalLauncher launcher, LaunchRequest request)
    {
        WorkerCommand command = launcher.Command;
        var info = new ProcessStartInfo(command.FileName)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in command.Arguments)
        {
            info.ArgumentList.Add(argument);
        }

        info.Environment.Clear();
        foreach ((string name, string value) in launcher.BaseEnvironment)
        {
            info.Environment[name] = value;
        }

        Apply(command.Environment, info.Environment);
        if (launcher.Environment is { } environment)
        {
            Apply(environment, info.Environment);
        }

        launcher.Threads.AddTo(info.Environment, launcher.Environment);
        WorkerRuntime.Set(info.Environment, command.CompilesLess, request.IsCrowded);
        Process process = Process.Start(info) ?? throw new InvalidOperationException(MessageText.Format(Messages.WorkerNotStarted, command.FileName));
        var launched = new LaunchedProcess(process, launcher);
        try
        {
            request.WriteTo(process.StandardInput.BaseStream);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It died before it read its request; whoever waits for its connection learns that from its exit.
        }

        return launched;
    }

    /// <summary>Kills the process and everything it has started; never throws, as what is left is accounted for anyway.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                KillTree();
            }
        }
    }

    public void ShowErrors() => _shownErrors.Release();

    public Task WaitForExitAsync() => _exited.Task;

    /// <summary>Gets how the process ended, once it has, and waits a moment for the last of its output.</summary>
    public async Task<WorkerExit> GetExitAsync()
    {
        await _exited.Task.ConfigureAwait(false);

        // A grandchild that left the group can hold the pipes open for ever; the worker's own last words are there already.
        await _pumps.WaitAsync(OutputGrace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new WorkerExit(Id, ExitCode, _standardError.Text) { WasSignalled = _descriptor?.WasSignalled() };
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _process.Dispose();
            _descriptor?.Dispose();
            _job?.Dispose();
        }
    }

    private void KillTree()
    {
        if (_job?.Kill() != true)
        {
            try
            {
                // Without a job, the processes that are its children now.
                _process.Kill(entireProcessTree: OperatingSystem.IsWindows());
            }
            catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
            {
                // It has ended already, or is about to; or a child of its children did so meanwhile.
            }
        }

        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (_descriptor?.TrySignalGroup(ProcessGroup.SigKill) != true)
        {
            ProcessGroup.KillGroup(Id, leaderIsGone: _exited.Task.IsCompleted);
        }
    }

    private static Task Pump(Stream source, Stream target, StandardErrorText? memory) =>
        OperatingSystem.IsWindows() ? OutputPump.RunOnThread(source, target, memory) : OutputPump.RunAsync(source, target, memory);

    private int? ExitCode
    {
        get
        {
            try
            {
                return _process.ExitCode;
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }
    }

    private static void Apply(IReadOnlyDictionary<string, string?> changes, IDictionary<string, string?> environment)
    {
        foreach ((string name, string? value) in changes)
        {
            if (value is null)
            {
                environment.Remove(name);
            }
            else
            {
                environment[name] = value;
            }
        }
    }
}
