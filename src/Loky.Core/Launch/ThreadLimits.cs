using System.Globalization;
using Loky.Execution;

namespace Loky.Launch;

/// <summary>
/// How many threads the libraries in a worker may use, so that those of all workers together do not fight for the
/// processors. It stands in the environment of the process from its start, where native libraries look for it. As loky and
/// joblib do.
/// </summary>
/// <param name="Asked">How many were asked for; 0 for this machine's processors shared by the workers.</param>
/// <param name="Workers">How many workers share them; 0 for one on each processor.</param>
internal readonly record struct ThreadLimits(int Asked, int Workers)
{
    /// <summary>What the runtime takes for the number of processors. It decides on its heaps too, so only who asks gets it.</summary>
    private const string Runtime = "DOTNET_PROCESSOR_COUNT";

    /// <summary>What native libraries read.</summary>
    public static readonly IReadOnlyList<string> Libraries =
        ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS"];

    /// <summary>Gets how many threads that are, at least one.</summary>
    public int Count => Asked > 0 ? Asked : Math.Max(1, CpuCount.Available / Math.Max(1, Workers > 0 ? Workers : CpuCount.Available));

    /// <summary>Adds them to an environment, never over what is set there, or was taken out of it by name.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="given">What the user has said of variables; null for nothing.</param>
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
