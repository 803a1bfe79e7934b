using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;
using Loky.Diagnosis;

namespace Loky.PowerShell.Execution;

/// <summary>Collects what happens to workers during a command, so that the command can tell it with <c>-Verbose</c>: workers
/// start, get ready, retire or die while it waits, on other threads, which may not write.</summary>
internal sealed class PoolChronicle : EventListener
{
    private readonly ConcurrentQueue<(int Pool, string Text)> _told = new();

    private PoolChronicle() => EnableEvents(LokyEventSource.Log, EventLevel.Informational);

    public static PoolChronicle? Of(PSCmdlet cmdlet) => WantsVerbose(cmdlet) ? new PoolChronicle() : null;

    /// <summary>Writes what has come since the last time of the pool with this number. For the pipeline thread only.</summary>
    public void WriteTo(PSCmdlet cmdlet, int pool)
    {
        while (_told.TryDequeue(out (int Pool, string Text) told))
        {
            if (told.Pool == pool)
            {
                cmdlet.WriteVerbose(told.Text);
            }
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // The pool's number is the first value of each event; the text of it bears the event's name.
        if (eventData.Payload is [int pool, ..] && Loky.Messages.ResourceManager.GetString("Told" + eventData.EventName, CultureInfo.CurrentCulture) is { } text)
        {
            _told.Enqueue((pool, string.Format(CultureInfo.CurrentCulture, text, [.. eventData.Payload])));
        }
    }

    private static bool WantsVerbose(PSCmdlet cmdlet) =>
        cmdlet.MyInvocation.BoundParameters.TryGetValue("Verbose", out object? verbose)
            ? ((SwitchParameter)verbose).IsPresent
            : LanguagePrimitives.TryConvertTo(cmdlet.SessionState.PSVariable.GetValue("VerbosePreference"), out ActionPreference preference)
                && preference is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);
}
