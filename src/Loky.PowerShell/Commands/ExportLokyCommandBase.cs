using Loky.PowerShell.Execution;
using Loky.Runs;

namespace Loky.PowerShell.Commands;

/// <summary>What the commands share that make a file of a log.</summary>
public abstract class ExportLokyCommandBase : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Gets or sets the path of the log.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("LogPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!;

    /// <summary>Gets or sets the path of the file to write.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>Gets or sets a value indicating whether the file is given back.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected abstract string Extension { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what is under way.</summary>
    protected virtual void Dispose(bool disposing) => _stopping.Dispose();

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string? target = null;
        try
        {
            string source = CallLog.Resolve(this, Path);
            target = Destination is null ? System.IO.Path.ChangeExtension(source, Extension) : CallLog.Resolve(this, Destination);
            if (!ShouldProcess(target))
            {
                return;
            }

            Write(source, target);
            if (PassThru)
            {
                // As Get-Item gives it, with all that the provider adds, wherever the session is.
                WriteObject(InvokeProvider.Item.Get([$"FileSystem::{target}"], force: true, literalPath: true), enumerateCollection: true);
            }
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        catch (RunLogException exception)
        {
            WriteError(Errors.OfLog(exception));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            WriteError(new ErrorRecord(
                new IOException(MessageText.Format(Messages.ExportFailed, target, exception.Message), exception), ErrorIds.ExportFailed, ErrorCategory.WriteError, target));
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stopping.Cancel();

    private protected abstract void Export(string log, Stream target, CancellationToken cancellationToken);

    /// <summary>Writes beside the target first: one that is there is replaced by a whole one, or stays.</summary>
    private void Write(string source, string target)
    {
        string partial = target + ".partial";
        try
        {
            using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 128 * 1024))
            {
                Export(source, file, _stopping.Token);
            }

            File.Move(partial, target, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
