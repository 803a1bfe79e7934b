namespace Loky;

/// <summary>What becomes of the current executor when one is asked for.</summary>
public enum ReusePolicy
{
    /// <summary>It is kept, and resized if need be, where nothing else was asked for than it is; else replaced.</summary>
    Auto,

    /// <summary>It is kept, and resized if need be, whatever else was asked for.</summary>
    Always,

    /// <summary>It is replaced.</summary>
    Never,
}
