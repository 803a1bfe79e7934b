using System.Management.Automation;

namespace Loky.PowerShell.Runner;

/// <summary>The end of the worker's pipeline where <see cref="OutputSink"/> is not supported: takes each object as soon as the scriptblock has written it.</summary>
[Cmdlet(VerbsCommunications.Write, "LokyOutput")]
internal sealed class WriteOutputCommand : PSCmdlet
{
    /// <summary>Gets or sets what this command shares with the source.</summary>
    [Parameter(Mandatory = true)]
    public ItemPump Pump { get; set; } = null!;

    /// <summary>Gets or sets an object that the scriptblock wrote.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    public object? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Pump.WriteOutput(InputObject);
}
