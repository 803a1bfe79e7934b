using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Runner;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Converters;

/// <summary>
/// A session in the caller's process for the converters of a job, whose results come while the caller's own session does
/// something else, or waits for just this job. Used by one thread at a time.
/// </summary>
internal sealed class ConverterSession : IDisposable
{
    private readonly Runspace? _previous = Runspace.DefaultRunspace;
    private readonly WorkerSession _session = new();
    private readonly IReadOnlyList<ScriptConverter> _converters;

    /// <summary>Opens the session with what the converters use: classes are the caller's own, and variables hold its values.</summary>
    /// <param name="table">The converters, as <see cref="ConverterCapture"/> tells of them.</param>
    /// <param name="modules">The paths of the modules to import.</param>
    /// <param name="types">The classes and enums of the caller's scripts.</param>
    /// <exception cref="CaptureException">A module cannot be imported.</exception>
    public ConverterSession(Hashtable table, IReadOnlyList<string> modules, IReadOnlyList<Type> types)
    {
        try
        {
            foreach (string module in modules)
            {
                _session.ImportModule(module);
            }

            _session.Types.Enter(types.DistinctBy(KnownTypes.NameOf).ToDictionary(KnownTypes.NameOf));
            var setup = ConverterSetup.Of(table, static (text, named) => ScriptText.Parse(text, (string?)text[CallSetup.Usings] ?? string.Empty, named));
            _session.Define(setup.Variables, setup.Functions, setup.Aliases);
            _converters = setup.Converters;
        }
        finally
        {
            Runspace.DefaultRunspace = _previous;
        }
    }

    /// <summary>Makes a value of what was sent, on the current thread.</summary>
    /// <param name="number">The number of the converter.</param>
    /// <param name="convert">Runs its script.</param>
    public object Convert(int number, Func<ScriptConverter, object> convert)
    {
        Runspace.DefaultRunspace = _session.Runspace;
        try
        {
            return convert(_converters[number]);
        }
        finally
        {
            Runspace.DefaultRunspace = _previous;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Runspace.Dispose();
}
