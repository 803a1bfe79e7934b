using Loky.PowerShell.Hosts;

namespace Loky.PowerShell.Commands;

/// <summary>Tells of each host how it is reached, whether it can be, and what would be copied. Leaves nothing there.</summary>
[Cmdlet(VerbsDiagnostic.Test, "LokyHost", HelpUri = HelpAddress.TestLokyHost)]
[OutputType(typeof(LokyHostTest))]
public sealed class TestLokyHostCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<object?> _arguments = [];

    /// <summary>Gets or sets the hosts: strings, or objects of <c>New-LokyHost</c>.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(HostNameCompleter))]
    [ValidateNotNull]
    public object[] HostName { get; set; } = [];

    /// <summary>Gets or sets how long it may take, in seconds, or a TimeSpan.</summary>
    [Parameter]
    public object? TimeoutSeconds { get; set; } = 60;

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    /// <inheritdoc/>
    protected override void ProcessRecord() => _arguments.AddRange(HostName);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        IReadOnlyList<WorkerHost> hosts;
        TimeSpan limit;
        try
        {
            hosts = HostArguments.Parse(_arguments);
            limit = Durations.ParseLimit(TimeoutSeconds, nameof(TimeoutSeconds));
        }
        catch (ArgumentException exception)
        {
            ThrowTerminatingError(Errors.OfCall(exception, exception is HostFormatException format ? format.Target : TimeoutSeconds));
            return;
        }

        foreach (Task<LokyHostTest> test in hosts.SelectMany(host => HostProbe.Start(host, limit, _stopping.Token)).ToList())
        {
            try
            {
                WriteObject(test.GetAwaiter().GetResult());
            }
            catch (OperationCanceledException)
            {
                throw new PipelineStoppedException();
            }
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stopping.Cancel();
}
