using System.Collections;
using Loky.Execution;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Converters;
using Loky.PowerShell.Execution;
using Loky.PowerShell.Hosts;
using Loky.PowerShell.Launch;

namespace Loky.PowerShell.Commands;

/// <summary>What the commands share that say what the session's executor is to be.</summary>
public abstract class LokyExecutorCommandBase : PSCmdlet, IDisposable
{
    /// <summary>Gets or sets the largest number of worker processes; the pool is resized to it and stays so.</summary>
    [Parameter]
    public int MaxWorkers { get; set; }

    /// <summary>Gets or sets how long a worker may have nothing to do before it is ended: seconds, or a TimeSpan.</summary>
    [Parameter]
    public object? IdleTimeout { get; set; }

    /// <summary>Gets or sets the scriptblock that prepares each worker once, before its first item.</summary>
    [Parameter]
    public ScriptBlock? Initializer { get; set; }

    /// <summary>Gets or sets how long the initializer, or other preparation, may take: seconds, or a TimeSpan.</summary>
    [Parameter]
    public object? InitializerTimeoutSeconds { get; set; }

    /// <summary>Gets or sets variables that the workers' environment has beyond the session's; $null removes one.</summary>
    [Parameter]
    public IDictionary? Environment { get; set; }

    /// <summary>Gets or sets how many items a worker runs before it is replaced; 0 for as many as come.</summary>
    [Parameter]
    public int MaxTasksPerWorker { get; set; }

    /// <summary>Gets or sets how many bytes of memory a worker may have before it is replaced between items; 0 for any.</summary>
    [Parameter]
    public long MaxWorkerMemory { get; set; }

    /// <summary>Gets or sets how many threads libraries in a worker may use; 0 for processors divided by workers.</summary>
    [Parameter]
    public int ThreadsPerWorker { get; set; }

    /// <summary>Gets or sets, by type, the scripts that give what is sent for a value, and make the value of it again.</summary>
    [Parameter]
    public IDictionary? Converter { get; set; }

    /// <summary>Gets or sets where workers run: <c>user@host:port*8</c>, ':' for here, <c>New-LokyHost</c> objects.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(HostNameCompleter))]
    [AllowEmptyCollection]
    public object[]? HostName { get; set; }

    /// <summary>Gets what tells the life of the pool, if the user wants to hear it.</summary>
    private protected PoolChronicle? Chronicle { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void BeginProcessing() => Chronicle = PoolChronicle.Of(this);

    /// <summary>Ends what the command still has under way.</summary>
    protected virtual void Dispose(bool disposing) => Chronicle?.Dispose();

    private protected bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private protected SessionExecutor ExecutorFor(ScriptBlock? script) => SessionExecutor.Of(this, [script, Initializer, .. ConverterSet.ScriptsOf(Converter)]);

    /// <summary>Gets the pool of an executor as the parameters want it; a bad value ends the command.</summary>
    private protected WorkerPool GetPool(SessionExecutor session, ReusePolicy reuse = ReusePolicy.Auto, bool killWorkers = false, int atLeast = 1)
    {
        try
        {
            LanguageModes.CheckRunsScripts(session.Mode);
            IReadOnlyList<WorkerHost>? hosts = IsBound(nameof(HostName)) ? HostArguments.Parse(HostName) : null;
            bool elsewhere = HostArguments.LeadElsewhere(hosts ?? session.Pool?.Options.Hosts ?? []);
            ReadOnlyMemory<byte>? initializer = IsBound(nameof(Initializer)) ? InitializerSettings(session.Mode, elsewhere) : null;
            ConverterSet? converters = IsBound(nameof(Converter)) ? ConverterSet.Of(Converter, SessionState) : null;
            WorkerPool pool = session.Get(
                new ExecutorOptions
                {
                    MaxWorkers = IsBound(nameof(MaxWorkers)) ? MaxWorkers : null,
                    MaxTasksPerWorker = IsBound(nameof(MaxTasksPerWorker)) ? MaxTasksPerWorker : null,
                    MaxWorkerMemory = IsBound(nameof(MaxWorkerMemory)) ? MaxWorkerMemory : null,
                    ThreadsPerWorker = IsBound(nameof(ThreadsPerWorker)) ? ThreadsPerWorker : null,
                    Environment = IsBound(nameof(Environment)) ? ToVariables(Environment) : null,
                    RunnerSettings = initializer,
                    InitializerTimeout = IsBound(nameof(InitializerTimeoutSeconds)) ? Durations.ParseLimit(InitializerTimeoutSeconds, nameof(InitializerTimeoutSeconds)) : null,
                    Hosts = hosts,
                    IdleTimeout = IsBound(nameof(IdleTimeout)) ? Durations.Parse(IdleTimeout, nameof(IdleTimeout)) : null,
                },
                reuse,
                killWorkers,
                atLeast);
            if (initializer is { } settings)
            {
                session.NoteInitializer(Initializer, settings);
            }

            if (converters is not null)
            {
                session.SetConverters(Converter, converters);
            }

            return pool;
        }
        catch (Exception exception) when (exception is ArgumentException or LokyRecursionException or FileNotFoundException or CaptureException or ConverterException or LanguageModeException or TaskSerializationException)
        {
            ThrowTerminatingError(Errors.OfCall(exception, TargetOf(exception)));
            throw;
        }
    }

    private static object? TargetOf(Exception exception) => exception switch
    {
        ArgumentOutOfRangeException range => range.ActualValue,
        ConverterException converter => converter.Target,
        HostFormatException host => host.Target,
        _ => null,
    };

    private static Dictionary<string, string?> ToVariables(IDictionary? table)
    {
        var variables = new Dictionary<string, string?>();
        foreach (DictionaryEntry variable in table ?? new Hashtable())
        {
            variables[LanguagePrimitives.ConvertTo<string>(variable.Key)] =
                variable.Value is null ? null : LanguagePrimitives.ConvertTo<string>(variable.Value);
        }

        return variables;
    }

    /// <summary>Nullable, because a plain null would be converted to no bytes, which asks for no initializer.</summary>
    private ReadOnlyMemory<byte>? InitializerSettings(PSLanguageMode mode, bool elsewhere) =>
        new WorkerSettings(mode, Initializer is null ? default : new ScriptCapture(this) { IsInitializer = true, Mode = mode, GoesElsewhere = elsewhere }.Capture(Initializer, [])).Encode();
}
