using System.Collections;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using Loky.Execution;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Converters;

namespace Loky.PowerShell.Launch;

/// <summary>The executor of one runspace, for what runs in one language mode: the settings that were asked for in it, and the
/// pool that goes with them, which other runspaces with equal settings share.</summary>
internal sealed class SessionExecutor
{
    // Static, because module clean-up runs on another instance of everything.
    private static readonly PoolRegistry Registry = new(PowerShellHost.CreateCommand);
    private static readonly ConditionalWeakTable<Runspace, Dictionary<PSLanguageMode, SessionExecutor>> Sessions = [];

    private readonly ReusablePool _pool;
    private ScriptBlock? _initializer;
    private ReadOnlyMemory<byte> _initializerSettings;

    private SessionExecutor(PSLanguageMode mode)
    {
        Mode = mode;
        _pool = new ReusablePool(Registry, new ExecutorOptions { RunnerSettings = new WorkerSettings(mode, default).Encode() });
    }

    /// <summary>Lets go of the pool when the runspace was dropped without being closed.</summary>
    ~SessionExecutor() => _pool.Release(killWorkers: false);

    public PSLanguageMode Mode { get; }

    public WorkerPool? Pool => _pool.Current;

    public ConverterSet? Converters { get; private set; }

    /// <summary>Gets the converters as the user gave them.</summary>
    public IDictionary? ConverterTable { get; private set; }

    /// <summary>Gets the executor of the runspace that the current thread works in, for a language mode.</summary>
    public static SessionExecutor Of(PSLanguageMode mode)
    {
        Dictionary<PSLanguageMode, SessionExecutor> session = Sessions.GetValue(Runspace.DefaultRunspace, static runspace =>
        {
            runspace.StateChanged += OnRunspaceChanged;
            return [];
        });
        lock (session)
        {
            if (!session.TryGetValue(mode, out SessionExecutor? executor))
            {
                executor = new SessionExecutor(mode);
                session.Add(mode, executor);
            }

            return executor;
        }
    }

    /// <summary>Gets the executor for what a command runs, in the strictest mode of its session and scripts.</summary>
    public static SessionExecutor Of(PSCmdlet cmdlet, params ScriptBlock?[] scripts) => Of(LanguageModes.Of(cmdlet, scripts));

    public static EnvironmentChanges EnvironmentFor(WorkerPool pool) => new(pool.BaseEnvironment, pool.Options.Environment);

    /// <summary>Gets the initializer of a pool, if it was given in this runspace.</summary>
    public ScriptBlock? InitializerOf(WorkerPool pool) =>
        _initializer is not null && pool.Options.Command.RunnerSettings.Span.SequenceEqual(_initializerSettings.Span) ? _initializer : null;

    /// <summary>Returns the pool that fits, as <see cref="ReusablePool.Get"/> does; what is left out stays as it is.</summary>
    public WorkerPool Get(ExecutorOptions options, ReusePolicy reuse = ReusePolicy.Auto, bool killWorkers = false, int atLeast = 1) =>
        _pool.Get(options, reuse, killWorkers, atLeast);

    public void NoteInitializer(ScriptBlock? initializer, ReadOnlyMemory<byte> settings) => (_initializer, _initializerSettings) = (initializer, settings);

    /// <summary>Sets the converters. They travel with each call, so the workers stay.</summary>
    public void SetConverters(IDictionary? table, ConverterSet converters) =>
        (ConverterTable, Converters) = converters.Converters.Count > 0 ? (table, converters) : (null, null);

    /// <summary>Ends the pool in use, also for the runspaces that share it. The settings stay.</summary>
    public WorkerPool? Stop(bool killWorkers) => _pool.Stop(killWorkers);

    /// <summary>Lets go of the pools and the settings of a runspace. Returns the pools that it was the last to use.</summary>
    public static IReadOnlyList<WorkerPool> Release(Runspace? runspace, bool killWorkers)
    {
        if (runspace is null || !Sessions.TryGetValue(runspace, out Dictionary<PSLanguageMode, SessionExecutor>? session))
        {
            return [];
        }

        runspace.StateChanged -= OnRunspaceChanged;
        Sessions.Remove(runspace);
        lock (session)
        {
            return [.. session.Values.Select(executor => executor._pool.Release(killWorkers)).OfType<WorkerPool>()];
        }
    }

    private static void OnRunspaceChanged(object? sender, RunspaceStateEventArgs change)
    {
        if (change.RunspaceStateInfo.State is RunspaceState.Closed or RunspaceState.Broken)
        {
            // A job that it has begun may still be somebody's: what runs is finished.
            _ = Release((Runspace?)sender, killWorkers: false);
        }
    }
}
