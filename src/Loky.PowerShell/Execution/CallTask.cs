using Loky.Channel;
using Loky.Execution;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Converters;
using Loky.PowerShell.Hosts;
using Loky.PowerShell.Launch;
using Loky.Scheduling;

namespace Loky.PowerShell.Execution;

/// <summary>What a call runs for each item, ready to be sent.</summary>
internal sealed record CallTask(TaskKind Kind, byte[] Setup, IItemWriter ItemWriter, Func<IResultStreams, IResultWriter> CreateWriter)
{
    /// <summary>Gets the large values of the setup, which a worker that has them does not get again.</summary>
    public IReadOnlyList<SharedValue> Shared { get; init; } = [];

    public required ItemCost Cost { get; init; }

    /// <summary>Makes, of the first item, what the caller should be told before anything runs; null for nothing.</summary>
    public Func<object?, string?> WarningFor { get; init; } = static _ => null;

    /// <summary>Throws <see cref="CaptureException"/> for what cannot be taken along, <see cref="TaskSerializationException"/>
    /// for a value that cannot be encoded.</summary>
    public static CallTask OfScript(
        PSCmdlet cmdlet, SessionExecutor executor, WorkerPool pool, ScriptBlock script, object?[]? arguments, string[]? modules = null, bool usingOnly = false, string[]? exclude = null)
    {
        var capture = new ScriptCapture(cmdlet)
        {
            UsingOnly = usingOnly,
            Modules = modules ?? [],
            Exclude = exclude ?? [],
            Environment = SessionExecutor.EnvironmentFor(pool),
            GoesElsewhere = HostArguments.LeadElsewhere(pool.Options.Hosts),
            Converters = executor.Converters,
            Mode = executor.Mode,
        };
        byte[] setup = capture.Capture(script, arguments ?? []);
        SessionState session = cmdlet.SessionState;

        // A table for each direction: a job encodes its items on one thread while another decodes results.
        ConverterTable? results = capture.Converters?.ToTable();
        if (results is not null)
        {
            results.OpenSession = capture.ConverterTable!.OpenSession;
        }

        return new CallTask(
            TaskKind.Script,
            setup,
            new ScriptItemWriter(capture.Late),
            streams => new ScriptResultWriter(streams, capture.KnownTypes, results, executor.Mode, session))
        {
            Shared = capture.Shared,
            Cost = BlockCosts.Of(script.Ast),
            WarningFor = first =>
            {
                capture.Copies.NoteItem(ScriptText.RootOf(script), first);
                return capture.Copies.Warning;
            },
        };
    }

    /// <summary>Throws <see cref="TaskSerializationException"/> unless it can be sent and takes exactly one argument.</summary>
    public static CallTask OfDelegate(PSCmdlet cmdlet, Delegate function)
    {
        var task = new DelegateTask(function);
        SessionState session = cmdlet.SessionState;
        return new CallTask(TaskKind.Delegate, task.Setup, task, streams => new DelegateResultWriter(streams, task, session))
        {
            Cost = ItemCosts.Of(function.Method),
        };
    }
}
