using Xunit.Abstractions;
using Xunit.Sdk;

namespace Loky.Pester.Bridge;

/// <summary>One <c>It</c> as an xunit test case: its file is run once for all of its cases, and each takes its own verdict.</summary>
public sealed class PesterTestCase : XunitTestCase
{
    private PesterIt _it = new("", 0, "");
    private string? _skipReason;

    /// <summary>For deserialization only.</summary>
    [Obsolete("Called by the deserializer; use the other constructor.")]
    public PesterTestCase()
    {
    }

    /// <summary>Creates the case; a <paramref name="skipReason"/> keeps it from running.</summary>
    public PesterTestCase(IMessageSink diagnostics, ITestMethod testMethod, PesterIt it, string? skipReason)
        : base(diagnostics, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, testMethod)
    {
        _it = it;
        _skipReason = skipReason;
    }

    /// <inheritdoc/>
    public override async Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink,
        IMessageBus messageBus,
        object[] constructorArguments,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource)
    {
        XunitTest test = new(this, DisplayName);
        Send(new TestCaseStarting(this));
        Send(new TestStarting(test));

        PesterVerdict verdict = _skipReason is null
            ? await Verdict(cancellationTokenSource.Token).ConfigureAwait(false)
            : new PesterVerdict(PesterVerdictKind.Skipped, 0, _skipReason);
        decimal seconds = (decimal)verdict.Seconds;
        Send(verdict.Kind switch
        {
            PesterVerdictKind.Passed => new TestPassed(test, seconds, ""),
            PesterVerdictKind.Skipped => new TestSkipped(test, verdict.Message),
            _ => new TestFailed(test, seconds, "", ["Pester"], [verdict.Message], [$"   at {_it.File}:line {_it.Line}"], [-1]),
        });

        RunSummary summary = new()
        {
            Total = 1,
            Failed = verdict.Kind == PesterVerdictKind.Failed ? 1 : 0,
            Skipped = verdict.Kind == PesterVerdictKind.Skipped ? 1 : 0,
            Time = seconds,
        };
        Send(new TestFinished(test, seconds, ""));
        Send(new TestCaseFinished(this, seconds, summary.Total, summary.Failed, summary.Skipped));
        return summary;

        void Send(IMessageSinkMessage message)
        {
            if (!messageBus.QueueMessage(message))
            {
                cancellationTokenSource.Cancel();
            }
        }
    }

    /// <inheritdoc/>
    public override void Serialize(IXunitSerializationInfo data)
    {
        base.Serialize(data);
        data.AddValue(nameof(PesterIt.File), _it.File);
        data.AddValue(nameof(PesterIt.Line), _it.Line);
        data.AddValue(nameof(PesterIt.Name), _it.Name);
        data.AddValue(nameof(_skipReason), _skipReason);
    }

    /// <inheritdoc/>
    public override void Deserialize(IXunitSerializationInfo data)
    {
        base.Deserialize(data);
        _it = new PesterIt(
            data.GetValue<string>(nameof(PesterIt.File)),
            data.GetValue<int>(nameof(PesterIt.Line)),
            data.GetValue<string>(nameof(PesterIt.Name)));
        _skipReason = data.GetValue<string?>(nameof(_skipReason));
    }

    /// <inheritdoc/>
    protected override void Initialize()
    {
        base.Initialize();
        DisplayName = $"{Path.GetFileNameWithoutExtension(_it.File)}: {_it.Name}";
        SkipReason = _skipReason;
        SourceInformation = new SourceInformation
        {
            FileName = Path.Combine(Repository.PesterFolder, _it.File),
            LineNumber = _it.Line,
        };
    }

    /// <inheritdoc/>
    protected override string GetUniqueID() => $"{base.GetUniqueID()}:{_it.File}:{_it.Name}";

    private async Task<PesterVerdict> Verdict(CancellationToken cancellation)
    {
        try
        {
            PesterReport report = await PesterFileRun.Get(_it.File).WaitAsync(cancellation).ConfigureAwait(false);
            return PesterVerdict.Of(_it, report);
        }
        catch (PesterRunException e)
        {
            return new PesterVerdict(PesterVerdictKind.Failed, 0, e.Message);
        }
    }
}
