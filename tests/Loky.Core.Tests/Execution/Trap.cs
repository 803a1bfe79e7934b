using Loky.Hosting;

namespace Loky.Tests.Execution;

/// <summary>Where something goes wrong between a task's submission and its result.</summary>
public enum Stage
{
    EncodeTask,
    DecodeTask,
    Run,
    EncodeResult,
    DecodeResult,
}

/// <summary>A value that goes wrong at one stage of its way, as task's argument or result.</summary>
public sealed record Trap(Stage Stage, Death Death);

/// <summary>Springs the traps on their way.</summary>
internal sealed class TrapConverter : IValueConverter
{
    /// <inheritdoc/>
    public Type Type => typeof(Trap);

    private static bool InWorker => WorkerContext.Depth > 0;

    /// <inheritdoc/>
    public object? ToWire(object value)
    {
        var trap = (Trap)value;
        Spring(trap, InWorker ? Stage.EncodeResult : Stage.EncodeTask);
        return new int[] { (int)trap.Stage, (int)trap.Death };
    }

    /// <inheritdoc/>
    public object FromWire(object? wire)
    {
        int[] parts = (int[])wire!;
        var trap = new Trap((Stage)parts[0], (Death)parts[1]);
        Spring(trap, InWorker ? Stage.DecodeTask : Stage.DecodeResult);
        return trap;
    }

    /// <summary>Springs a trap if it is set for this stage.</summary>
    public static void Spring(Trap trap, Stage stage)
    {
        if (trap.Stage == stage)
        {
            Deaths.Die(trap.Death);
        }
    }
}
