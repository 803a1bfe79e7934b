namespace Loky.PowerShell.Runner;

/// <summary>The end of the worker's pipeline where <see cref="OutputSink"/> is not supported.</summary>
[Cmdlet(VerbsCommunications.Write, "LokyOutput")]
internal sealed class WriteOutputCommand : PSCmdlet
{
    [Parameter(Mandatory = true)]
    public ItemPump Pump { get; set; } = null!;

    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    public object? InputObject { get; set; }

    protected override void ProcessRecord() => Pump.WriteOutput(InputObject);
}
