namespace Loky.Connections;

/// <summary>Makes workers, wherever they run and whatever carries their frames. Thread-safe.</summary>
internal interface ILauncher
{
    /// <summary>
    /// Gets the environment that all its workers are started with, whenever that is, but for what the pool's options add:
    /// that of this process when the first of them was started, or somebody asked.
    /// </summary>
    IReadOnlyDictionary<string, string> BaseEnvironment { get; }

    /// <summary>Makes the connection to a worker that is not there yet; <see cref="IConnection.Start"/> starts both.</summary>
    /// <param name="owner">Who hears of it.</param>
    IConnection Create(IConnectionOwner owner);
}
