using Loky.Runs.Reports;

namespace Loky.PowerShell.Commands;

/// <summary>Writes the log of a run as a trace that Perfetto and the browser show.</summary>
[Cmdlet(VerbsData.Export, "LokyTrace", SupportsShouldProcess = true, HelpUri = HelpAddress.ExportLokyTrace)]
[OutputType(typeof(FileInfo))]
public sealed class ExportLokyTraceCommand : ExportLokyCommandBase
{
    private protected override string Extension => ".trace.json";

    private protected override void Export(string log, Stream target, CancellationToken cancellationToken) => TraceExport.Write(log, target, cancellationToken);
}
