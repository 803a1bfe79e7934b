using System.Management.Automation.Runspaces;
using Loky.Hosting;
using Loky.PowerShell.Launch;
using Pwsh = System.Management.Automation.PowerShell;

namespace Loky.PowerShell.Runner;

/// <summary>Runs scriptblock items in the worker. All items of a call go through one running pipeline, because starting a
/// pipeline costs a hundred times what a trivial item does.</summary>
internal sealed class ScriptRunner : IRunner
{
    private static readonly string[] OptOuts = ["POWERSHELL_TELEMETRY_OPTOUT", "POWERSHELL_DIAGNOSTICS_OPTOUT"];

    private readonly object _gate = new();
    private readonly string?[] _choices = [.. OptOuts.Select(Environment.GetEnvironmentVariable)];
    private InitialSessionState? _state;
    private Task? _commands;
    private WorkerSession? _session;
    private Pwsh? _running;
    private WorkerGroup? _runningGroup;

    /// <summary>Makes what every session begins with, as that knows no settings.</summary>
    /// <remarks>With its first pipeline PowerShell would report its use, which the user's own session does and which would be a tenth
    /// of a worker's start, and open itself to other processes, by a socket that a killed process leaves in the temporary folder. The
    /// worker's children see the user's choices again.</remarks>
    public void Prepare()
    {
        foreach (string variable in OptOuts)
        {
            Environment.SetEnvironmentVariable(variable, "1");
        }

        // Beside the opening of the session, which takes longer.
        _commands = Task.Run(CommandAssemblies.Load);
        _state = InitialSessionState.CreateDefault2();
    }

    public void Start(ReadOnlyMemory<byte> settings, RecordTarget records)
    {
        // The thread that runs items is the one that starts the runner: the session lives on it.
        WorkerSettings worker = WorkerSettings.Decode(settings);
        _session = OpenSession(worker.Mode);
        if (!worker.Initializer.IsEmpty)
        {
            _session.Initialize(new CallSetupReader(_session).Read(worker.Initializer, []), records);
        }

        _session.NoteBaseline();
    }

    public void Run(ItemSource items)
    {
        try
        {
            ScriptCallState call = Enter(items.Group);
            if (call.Failure is null)
            {
                RunPipeline(items, call);
            }
            else
            {
                FailItems(items, call);
            }
        }
        finally
        {
            _session!.Leave();
        }
    }

    public void Stop(WorkerGroup group)
    {
        lock (_gate)
        {
            if (_runningGroup == group)
            {
                _ = _running!.BeginStop(null, null);
            }
        }
    }

    public void End(WorkerGroup group) => group.RunnerState = null;

    /// <summary>Opens the session and runs a first pipeline, which is the dearest.</summary>
    private WorkerSession OpenSession(PSLanguageMode mode)
    {
        try
        {
            var session = new WorkerSession(_state!, mode);
            using var shell = Pwsh.Create();
            shell.Runspace = session.Runspace;
            shell.AddScript("$null").Invoke();
            _commands!.Wait();
            return session;
        }
        finally
        {
            for (int i = 0; i < OptOuts.Length; i++)
            {
                Environment.SetEnvironmentVariable(OptOuts[i], _choices[i]);
            }
        }
    }

    /// <summary>Tells the cause with the first item; the caller wants no other after it.</summary>
    private static void FailItems(ItemSource items, ScriptCallState call)
    {
        var sender = new StreamSender(call, items.Write);
        while (items.TryNext(out _))
        {
            items.NoteError(call.Failure!.FullyQualifiedErrorId, ends: true);
            sender.Send(StreamRecordKind.CallFailure, call.Failure!);
            items.EndItem();
        }
    }

    /// <summary>One that cannot be set up fails as a whole.</summary>
    private ScriptCallState Enter(WorkerGroup group)
    {
        try
        {
            ScriptCallState call = group.RunnerState as ScriptCallState ?? new CallSetupReader(_session!).Read(group.Setup, group.Shared);
            group.RunnerState = call;
            for (; call.Reader is not null && call.Extensions < group.Extensions.Count; call.Extensions++)
            {
                call.Reader.Extend(call, group.Extensions[call.Extensions]);
            }

            _session!.Enter(call);
            if (group.TraceParent is { } context)
            {
                // Not what the caller's environment had, which is the context around the call.
                Environment.SetEnvironmentVariable(TraceContext.Variable, context);
            }

            return call;
        }
        catch (Exception exception)
        {
            ScriptCallState failing = ScriptCallState.Failing(exception);
            group.RunnerState = failing;
            return failing;
        }
    }

    private void RunPipeline(ItemSource items, ScriptCallState call)
    {
        using var shell = Pwsh.Create();
        shell.Runspace = _session!.Runspace;
        var pump = new ItemPump(_session, items, call);
        pump.Attach(shell);
        lock (_gate)
        {
            if (!items.Group.IsCancelled)
            {
                (_running, _runningGroup) = (shell, items.Group);
            }
        }

        try
        {
            if (items.Group.IsCancelled)
            {
                // Nothing runs any more; this ends each item that still waits.
                while (items.TryNext(out _))
                {
                    items.CancelItem();
                }

                return;
            }

            shell.Invoke();
        }
        catch (PipelineStoppedException)
        {
            // Asked for by Stop; the item is ended below.
        }
        finally
        {
            lock (_gate)
            {
                (_running, _runningGroup) = (null, null);
            }
        }

        if (items.InItem)
        {
            items.CancelItem();
        }
    }
}
