using System.Management.Automation;
using Loky.Channel;
using Loky.Execution;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Converters;
using Loky.PowerShell.Launch;

namespace Loky.PowerShell.Execution;

/// <summary>What a call runs for each item, ready to be sent.</summary>
/// <param name="Kind">How it is run.</param>
/// <param name="Setup">What its items have in common.</param>
/// <param name="Encoder">What encodes the items.</param>
/// <param name="CreateWriter">Makes what decodes the results for some streams.</param>
internal sealed record CallTask(TaskKind Kind, byte[] Setup, IItemEncoder Encoder, Func<IResultStreams, IResultWriter> CreateWriter)
{
    /// <summary>Gets the large values of the setup, which a worker that has them does not get again.</summary>
    public IReadOnlyList<SharedValue> Shared { get; init; } = [];

    /// <summary>Takes a scriptblock, with all it needs, out of the session that a cmdlet runs in.</summary>
    /// <exception cref="CaptureException">Something that the block uses cannot be taken along.</exception>
    /// <exception cref="TaskSerializationException">A value that it uses cannot be encoded.</exception>
    public static CallTask OfScript(PSCmdlet cmdlet, WorkerPool pool, ScriptBlock script, object?[]? arguments, string[]? modules = null, bool usingOnly = false)
    {
        var capture = new ScriptCapture(cmdlet)
        {
            UsingOnly = usingOnly,
            Modules = modules ?? [],
            Environment = SessionExecutor.EnvironmentOf(pool),
            Converters = pool.Options.CallerSettings is ConverterSet { Converters.Count: > 0 } converters ? converters : null,
        };
        byte[] setup = capture.Capture(script, arguments ?? []);
        SessionState session = cmdlet.SessionState;
        ConverterTable? table = capture.ConverterTable;
        return new CallTask(
            TaskKind.Script,
            setup,
            new ScriptItemEncoder(capture.KnownTypes, capture.Late, table),
            streams => new ScriptResultWriter(streams, capture.KnownTypes, table, session))
        {
            Shared = capture.Shared,
        };
    }

    /// <summary>Takes a compiled delegate.</summary>
    /// <exception cref="TaskSerializationException">It cannot be sent, or does not take exactly one argument.</exception>
    public static CallTask OfDelegate(Delegate function)
    {
        var task = new DelegateTask(function);
        return new CallTask(TaskKind.Delegate, task.Setup, task, streams => new DelegateResultWriter(streams, task));
    }
}
