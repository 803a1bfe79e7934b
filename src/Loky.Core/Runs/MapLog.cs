using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Loky.Runs;

/// <summary>The log of a map, for callers in .NET.</summary>
internal static class MapLog
{
    /// <summary>Opens the log that the options ask for; null where they ask for none.</summary>
    /// <exception cref="IOException">It cannot be opened, another run has it, or it is there already.</exception>
    /// <exception cref="InvalidDataException">It is none, or that of something else.</exception>
    public static RunLog? Open(MapOptions options, MethodInfo method, int workers)
    {
        if (options.LogPath is null)
        {
            return null;
        }

        var header = new RunLogHeader
        {
            Command = nameof(ProcessPoolExecutor.Map),
            BlockHash = HashOf(Describe(method)),
            Versions = Versions(),
            Parameters = Parameters(options, workers),
        };
        try
        {
            return RunLog.Open(new RunLogOptions(Path.GetFullPath(options.LogPath), options.Resume, options.Force), header);
        }
        catch (RunLogException exception)
        {
            throw ToPublic(exception);
        }
    }

    /// <summary>Gets what callers are told: an exception of a type that they know.</summary>
    public static Exception ToPublic(RunLogException exception) => exception.Problem is RunLogProblem.Unreadable or RunLogProblem.Differs
        ? new InvalidDataException(exception.Message, exception)
        : new IOException(exception.Message, exception);

    /// <summary>Gets what a method is known by from run to run.</summary>
    public static string Describe(MethodInfo method) => $"{method.DeclaringType?.AssemblyQualifiedName}: {method}";

    /// <summary>Gets what a text is known by in the first line of a log.</summary>
    public static string HashOf(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))).ToLowerInvariant();

    /// <summary>Gets the versions of what has a part in any run.</summary>
    public static Dictionary<string, string> Versions() => new()
    {
        ["loky"] = typeof(RunLog).Assembly.GetName().Version?.ToString(3) ?? string.Empty,
        ["dotnet"] = Environment.Version.ToString(),
        ["os"] = RuntimeInformation.OSDescription,
    };

    private static Dictionary<string, object?> Parameters(MapOptions options, int workers)
    {
        var parameters = new Dictionary<string, object?> { [nameof(ExecutorOptions.MaxWorkers)] = workers, [nameof(options.Ordered)] = options.Ordered };
        foreach ((string name, double? value) in new (string, double?)[]
        {
            ("ThrottleLimit", options.MaxWorkers),
            (nameof(options.BatchSize), options.BatchSize),
            ("TimeoutSeconds", options.Timeout?.TotalSeconds),
            ("TaskTimeoutSeconds", options.TaskTimeout?.TotalSeconds),
            ("Retry", options.Retries == 0 ? null : options.Retries),
        })
        {
            if (value is not null)
            {
                parameters[name] = value;
            }
        }

        return parameters;
    }
}
