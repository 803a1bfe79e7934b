using Loky.Execution;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Execution;
using Loky.PowerShell.Jobs;
using Loky.PowerShell.Launch;
using Loky.Runs;
using Loky.Scheduling;

namespace Loky.PowerShell.Commands;

/// <summary>Runs a scriptblock or a compiled delegate once for each pipeline object, in the session's worker processes.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "LokyParallel", DefaultParameterSetName = ScriptBlockSet, SupportsShouldProcess = true, HelpUri = HelpAddress.InvokeLokyParallel)]
[OutputType(typeof(object), typeof(LokyJob))]
public sealed partial class InvokeLokyParallelCommand : LokyExecutorCommandBase, IDisposable
{
    private const string ScriptBlockSet = "ScriptBlock";
    private const string DelegateSet = "Delegate";

    private IParallelCall? _call;
    private CallTask? _untold;
    private volatile bool _stopping;
    private DirectInput? _input;
    private bool _over;
    private TimeSpan _limit;

    /// <summary>Gets or sets the scriptblock; it sees the current object as <c>$_</c>.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ScriptBlockSet)]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    /// <summary>Gets or sets the compiled delegate; it gets the current object as its only argument.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DelegateSet)]
    public Delegate Delegate { get; set; } = null!;

    /// <summary>Gets or sets the objects to run on.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    public object? InputObject { get; set; }

    /// <summary>Gets or sets the arguments of the scriptblock: <c>$args</c>, or its <c>param()</c>.</summary>
    [Parameter(ParameterSetName = ScriptBlockSet)]
    [Alias("Args")]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? ArgumentList { get; set; }

    /// <summary>Gets or sets how many items of this call run at a time.</summary>
    [Parameter]
    public int ThrottleLimit { get; set; }

    /// <summary>Gets or sets a value indicating whether results come in the order of the input.</summary>
    [Parameter]
    [Alias("KeepOrder")]
    public SwitchParameter Ordered { get; set; }

    /// <summary>Gets or sets how many items are sent to a worker together.</summary>
    [Parameter]
    [Alias("ChunkSize")]
    public int BatchSize { get; set; }

    /// <summary>Gets or sets how long the whole call may take, in seconds.</summary>
    [Parameter]
    public object? TimeoutSeconds { get; set; }

    /// <summary>Gets or sets how long one item may take, in seconds.</summary>
    [Parameter]
    public object? TaskTimeoutSeconds { get; set; }

    /// <summary>Gets or sets how many times an item is run again whose worker died.</summary>
    [Parameter]
    public int Retry { get; set; }

    /// <summary>Gets or sets the modules that each worker imports before the first item, by name or path.</summary>
    [Parameter(ParameterSetName = ScriptBlockSet)]
    [ArgumentCompleter(typeof(ModuleNameCompleter))]
    public string[]? Module { get; set; }

    /// <summary>Gets or sets a value indicating whether nothing is taken along but what <c>$using:</c> names.</summary>
    [Parameter(ParameterSetName = ScriptBlockSet)]
    public SwitchParameter NoCapture { get; set; }

    /// <summary>Gets or sets the variables, functions and modules that are not taken along, by names or wildcards.</summary>
    [Parameter(ParameterSetName = ScriptBlockSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? CaptureExclude { get; set; }

    /// <summary>Gets or sets a value indicating whether the call runs as a job of the session.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>Gets or sets the name of the job; it asks for one by itself.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? JobName { get; set; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _call?.Dispose();
        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        string command = ParameterSetName == ScriptBlockSet ? ScriptBlock.ToString() : Delegate.Method.ToString() ?? string.Empty;
        if (IsAskedFirst() && !ShouldProcess(command))
        {
            _over = true;
            return;
        }

        CheckPositive(nameof(ThrottleLimit), ThrottleLimit, ExecutorOptions.MaxWorkersLimit, ErrorIds.InvalidMaxWorkers);
        CheckRetry();
        CheckPositive(nameof(BatchSize), BatchSize, int.MaxValue, ErrorIds.InvalidBatchSize);
        CheckPatterns();
        CheckLogUse();
        RunLog? log = null;
        try
        {
            CallOptions options = ReadOptions();
            SessionExecutor executor = ExecutorFor(ScriptBlock);
            if (ParameterSetName == DelegateSet)
            {
                LanguageModes.CheckRunsDelegates(executor.Mode);
            }

            WorkerPool pool = GetPool(executor, atLeast: options.Scheduling.MaxWorkers ?? 1);
            pool.ExpectItems();
            CallTask task = ParameterSetName == ScriptBlockSet
                ? CallTask.OfScript(this, executor, pool, ScriptBlock, ArgumentList, Module, NoCapture, CaptureExclude)
                : CallTask.OfDelegate(this, Delegate);
            _untold = task;
            _limit = options.Limit;
            options = options with { Log = log = OpenLog(pool) };
            IParallelCall call = AsJob || JobName is not null
                ? new JobCall(this, new LokyJob(this, command, JobName, pool, task, options))
                : new ParallelCall(this, pool, task, options, Chronicle);

            // See StopProcessing: note the call, then look whether it is to stop; without a full fence the look could come first.
            _ = Interlocked.Exchange(ref _call, call);
        }
        catch (Exception exception) when (exception is not (PipelineStoppedException or RuntimeException))
        {
            log?.Abandon(exception);
            ThrowTerminatingError(Errors.OfCall(exception));
        }

        if (_stopping)
        {
            _call?.Stop();
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_over)
        {
            return;
        }

        // Where no command stands in front there is one item, as for ForEach-Object: what -InputObject gives, or $null.
        Add(InputObject);
        if (_over || !MyInvocation.ExpectingInput)
        {
            return;
        }

        _input ??= DirectInput.Of(this);
        while (!_over && !Stopping && _input is not null && _input.TryTake(out object? item))
        {
            Add(item);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!_over && !_call!.Finish())
        {
            EndEarly();
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        // Note that it is to stop, then look for a call: one of the two threads sees the other.
        _stopping = true;
        Interlocked.MemoryBarrier();
        _call?.Stop();
    }

    private void Add(object? item)
    {
        if (_untold is { } task)
        {
            // Not before there is an item: what the block does to it is told in the same warning.
            _untold = null;
            if (task.WarningFor(item) is { } warning)
            {
                WriteWarning(warning);
            }
        }

        try
        {
            if (!_call!.Add(item))
            {
                EndEarly();
                UpstreamStop.Throw(this);
            }
        }
        catch (Exception exception) when (exception is TaskSerializationException or CaptureException)
        {
            WriteError(Errors.OfTask(exception, item));
        }
        catch (RunLogException exception)
        {
            _over = true;
            _call!.Stop();
            ThrowTerminatingError(Errors.OfLog(exception));
        }
    }

    private CallOptions ReadOptions() => new()
    {
        Ordered = Ordered,
        Limit = IsBound(nameof(TimeoutSeconds)) ? Durations.ParseLimit(TimeoutSeconds, nameof(TimeoutSeconds)) : Timeout.InfiniteTimeSpan,
        Scheduling = new TaskGroupOptions
        {
            MaxWorkers = IsBound(nameof(ThrottleLimit)) ? ThrottleLimit : null,
            BatchSize = IsBound(nameof(BatchSize)) ? BatchSize : null,
            Retries = Retry,
            TaskTimeout = IsBound(nameof(TaskTimeoutSeconds)) && Durations.ParseLimit(TaskTimeoutSeconds, nameof(TaskTimeoutSeconds)) is var limit && limit != Timeout.InfiniteTimeSpan ? limit : null,
        },
    };

    private void EndEarly()
    {
        _over = true;
        if (_stopping)
        {
            throw new PipelineStoppedException();
        }

        _call!.Stop();
        if (_call.Error is { } error)
        {
            ThrowTerminatingError(Errors.OfCall(error));
        }

        WriteError(Errors.OfTimeout(_limit.TotalSeconds));
    }

    /// <summary>Asked without need, PowerShell would put a line of its own among the items' verbose records.</summary>
    private bool IsAskedFirst() =>
        IsBound("WhatIf") || IsBound("Confirm") || LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"))
        || GetVariableValue("ConfirmPreference") is ConfirmImpact.Low or ConfirmImpact.Medium;

    private void CheckRetry()
    {
        if (Retry < 0)
        {
            var exception = new ArgumentOutOfRangeException(nameof(Retry), Retry, MessageText.Format(Loky.Messages.InvalidCount, Retry, nameof(Retry), int.MaxValue, 0));
            ThrowTerminatingError(new ErrorRecord(exception, ErrorIds.InvalidRetry, ErrorCategory.InvalidArgument, Retry));
        }
    }

    private void CheckPatterns()
    {
        foreach (string name in CaptureExclude ?? [])
        {
            try
            {
                // A pattern is not parsed before it is used.
                _ = new WildcardPattern(name).IsMatch(string.Empty);
            }
            catch (WildcardPatternException exception)
            {
                var invalid = new ArgumentException(MessageText.Format(Messages.InvalidPattern, name, nameof(CaptureExclude)), nameof(CaptureExclude), exception);
                ThrowTerminatingError(new ErrorRecord(invalid, ErrorIds.InvalidCaptureExclude, ErrorCategory.InvalidArgument, name));
            }
        }
    }

    private void CheckPositive(string parameter, int value, int max, string errorId)
    {
        if (IsBound(parameter) && (value < 1 || value > max))
        {
            var exception = new ArgumentOutOfRangeException(parameter, value, MessageText.Format(Loky.Messages.InvalidCount, value, parameter, max, 1));
            ThrowTerminatingError(new ErrorRecord(exception, errorId, ErrorCategory.InvalidArgument, value));
        }
    }
}
