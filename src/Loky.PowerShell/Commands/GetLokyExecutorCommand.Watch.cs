using System.Diagnostics;
using Loky.PowerShell.Execution;
using Loky.PowerShell.Launch;

namespace Loky.PowerShell.Commands;

/// <content>The live table of the workers.</content>
public sealed partial class GetLokyExecutorCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan KeyInterval = TimeSpan.FromMilliseconds(50);

    private readonly ManualResetEventSlim _stopped = new();

    /// <summary>Gets or sets a value indicating whether the workers are shown, again and again, until a key is pressed.</summary>
    [Parameter]
    public SwitchParameter Watch { get; set; }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stopped.Set();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _stopped.Dispose();
        base.Dispose(disposing);
    }

    private void WatchWorkers(SessionExecutor executor)
    {
        var table = new WatchTable();
        if (Console.IsOutputRedirected || Console.IsInputRedirected)
        {
            // Nobody could end it, or see it change: the table as it is now.
            WriteObject(table.Make(executor.Pool?.GetStatus(), Stopwatch.GetTimestamp()), enumerateCollection: true);
            return;
        }

        using var screen = new WatchScreen(Console.Out);
        do
        {
            int height = Math.Max(5, Console.WindowHeight);
            IReadOnlyList<string> lines = table.Make(executor.Pool?.GetStatus(), Stopwatch.GetTimestamp(), Math.Max(20, Console.WindowWidth - 1), height - 2);
            screen.Show([.. lines, string.Empty, Messages.WatchEnd]);
        }
        while (!IsEnded());
    }

    /// <summary>Waits for the time of the next table. Tells whether there is to be none.</summary>
    private bool IsEnded()
    {
        for (TimeSpan waited = TimeSpan.Zero; waited < Interval; waited += KeyInterval)
        {
            // A terminal has nothing else to wait for both.
            if (_stopped.Wait(KeyInterval))
            {
                return true;
            }

            if (Console.KeyAvailable)
            {
                _ = Console.ReadKey(intercept: true);
                return true;
            }
        }

        return false;
    }
}
