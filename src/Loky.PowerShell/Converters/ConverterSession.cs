using System.Collections;
using System.Management.Automation.Runspaces;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Runner;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Converters;

/// <summary>A session in the caller's process for converters that are needed while the session they belong to does something
/// else: waits for the job whose results they are for, or serves another thread. Used by one thread at a time.</summary>
internal sealed class ConverterSession : IDisposable
{
    private readonly WorkerSession _session;
    private readonly IReadOnlyList<ScriptConverter> _converters;

    /// <summary>Opens the session with what the converters use: classes are the caller's own, and variables hold its values.
    /// Throws <see cref="CaptureException"/> where a module cannot be imported.</summary>
    public ConverterSession(PSLanguageMode mode, Hashtable table, IReadOnlyList<string> modules, IReadOnlyList<Type> types)
    {
        Runspace? previous = Runspace.DefaultRunspace;
        try
        {
            _session = new WorkerSession(mode);
            foreach (string module in modules)
            {
                _session.ImportModule(module);
            }

            _session.Types.Enter(types.DistinctBy(KnownTypes.NameOf).ToDictionary(KnownTypes.NameOf));
            _session.DefineAliases((Hashtable)table[CallSetup.Aliases]!);
            _converters = ConverterSetup.Read(table, static text => ScriptText.Parse(text, (string?)text[CallSetup.Usings] ?? string.Empty));
        }
        finally
        {
            Runspace.DefaultRunspace = previous;
        }
    }

    /// <summary>Runs a converter on the current thread, which may be busy in another session.</summary>
    public object? Run(int number, Func<ScriptConverter, object?> convert)
    {
        Runspace? previous = Runspace.DefaultRunspace;
        Runspace.DefaultRunspace = _session.Runspace;
        try
        {
            return convert(_converters[number]);
        }
        finally
        {
            Runspace.DefaultRunspace = previous;
        }
    }

    public void Dispose() => _session.Runspace.Dispose();
}
