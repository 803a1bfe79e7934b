using System.Collections;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Runner;

/// <summary>The source of the worker's pipeline: runs the call's scriptblock on one item after another.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "LokyItem")]
internal sealed class InvokeItemCommand : PSCmdlet
{
    [Parameter(Mandatory = true)]
    public ItemPump Pump { get; set; } = null!;

    protected override void EndProcessing()
    {
        if (OutputSink.IsSupported)
        {
            new OutputSink(this, Pump).Attach();
        }

        Pump.Session.NoteJobs(JobRepository);
        var values = new PSReadSession { Trusted = true, KnownTypes = Pump.Call.KnownTypes, Session = SessionState, Converters = Pump.Call.Converters };
        var invoker = new ScriptInvoker(this, Pump.Call);

        // The session's own list, which cannot be replaced.
        var errors = SessionState.PSVariable.GetValue("Error") as ArrayList;
        while (Pump.Items.TryNext(out ReadOnlyMemory<byte> item))
        {
            try
            {
                if (Pump.Call.Warning is { } warning)
                {
                    Pump.Call.Warning = null;
                    Pump.WriteCallWarning(warning);
                }

                var reader = new WireReader(item);
                object? value = values.Read(ref reader);
                Pump.Items.NoteDecoded();
                if (errors is { Count: > 0 })
                {
                    // What failed before this item is none of its business.
                    errors.Clear();
                }

                invoker.Invoke(value);
            }
            catch (PipelineStoppedException)
            {
                throw;
            }
            catch (Exception exception) when (FlowControl.IsLoopControl(exception))
            {
                // break or continue outside of a loop ends the item, as it ends the body of ForEach-Object.
            }
            catch (Exception exception)
            {
                Pump.Fail(FlowControl.ToError(exception));
            }

            Pump.Items.EndItem();
        }
    }
}
