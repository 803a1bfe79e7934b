using Loky.Runs.Reports;

namespace Loky.PowerShell.Commands;

/// <summary>Makes one page of HTML of the log of a run: what its workers did, what took long, what died and why.</summary>
[Cmdlet(VerbsData.Export, "LokyReport", SupportsShouldProcess = true, HelpUri = HelpAddress.ExportLokyReport)]
[OutputType(typeof(FileInfo))]
public sealed class ExportLokyReportCommand : ExportLokyCommandBase
{
    private protected override string Extension => ".html";

    private protected override void Export(string log, Stream target, CancellationToken cancellationToken) => RunReport.Write(log, target, cancellationToken);
}
