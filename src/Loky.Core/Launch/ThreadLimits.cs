using System.Globalization;
using Loky.Execution;

namespace Loky.Launch;

/// <summary>
/// How many threads the libraries in a worker may use, so that those of all workers do not fight for the processors, as loky
/// and joblib do. Where none are asked for (0), the workers share this machine's processors; 0 workers are one on each.
/// </summary>
internal readonly record struct ThreadLimits(int Asked, int Workers)
{
    /// <summary>What the runtime takes for its processors; it decides on its heaps too, so only who asks gets it.</summary>
    private const string Runtime = "DOTNET_PROCESSOR_COUNT";

    // On each processor. With two, each has one often enough that what is done for a crowd gains nothing.
    private const int CrowdedWorkers = 2;

    public static readonly IReadOnlyList<string> Libraries =
        ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS"];

    /// <summary>Gets how many processors there are; to count them takes a millisecond.</summary>
    public int Processors { get; init; } = CpuCount.Available;

    /// <summary>Gets how many threads that are, at least one.</summary>
    public int Count => Asked > 0 ? Asked : Math.Max(1, Processors / Math.Max(1, Workers > 0 ? Workers : Processors));

    /// <summary>Gets a value indicating whether there are so many workers that each seldom has a processor.</summary>
    public bool AreCrowded => Processors > 0 && Workers > CrowdedWorkers * Processors;

    /// <summary>Adds them to an environment, never over what is set there, or was taken out of it by name.</summary>
    public void AddTo(IDictionary<string, string?> environment, IReadOnlyDictionary<string, string?>? given)
    {
        string count = Count.ToString(CultureInfo.InvariantCulture);
        foreach (string name in Asked > 0 ? Libraries.Append(Runtime) : Libraries)
        {
            if (!environment.ContainsKey(name) && given?.ContainsKey(name) != true)
            {
                environment[name] = count;
            }
        }
    }
}
