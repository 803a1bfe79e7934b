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

    // Kills come from any thread, and .NET's process object must not be disposed of under one: it has no guard of its own.
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

        // All three streams are pipes of ours: were one inherited, .NET would switch the terminal to the settings of a
        // foreground program for as long as the worker lives, under the prompt of the session.
        _pumps = Task.WhenAll(
            Pump(process.StandardError.BaseStream, _shownErrors, _standardError),
            Pump(process.StandardOutput.BaseStream, launcher.OpenOutput(), null));
    }

    /// <summary>Gets the process id.</summary>
    public int Id { get; }

    /// <summary>Starts a process and hands it its launch request.</summary>
    /// <param name="launcher">How it is started.</param>
    /// <param name="request">What it is told.</param>
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
        WorkerRuntime.SwitchOff(info.Environment);
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

    /// <summary>Kills the process and everything it has started. Never throws: what is left is accounted for in any case.</summary>
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

    /// <summary>Shows on this process's standard error what it writes to its own, from what it has written so far.</summary>
    public void ShowErrors() => _shownErrors.Release();

    /// <summary>Completes when the process has ended; does not end it.</summary>
    public Task WaitForExitAsync() => _exited.Task;

    /// <summary>Gets how the process ended, once it has. Waits a moment for the last of its output.</summary>
    public async Task<WorkerExit> GetExitAsync()
    {
        await _exited.Task.ConfigureAwait(false);

        // A grandchild that left the group can hold the pipes open for ever; the worker's own last words are there already.
        await _pumps.WaitAsync(OutputGrace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new WorkerExit(Id, ExitCode, _standardError.Text) { WasSignalled = _descriptor?.WasSignalled() };
    }

    /// <inheritdoc/>
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
