using System.Collections;
using System.Management.Automation;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Converters;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Runner;

/// <summary>What the items of one call have in common, as the worker keeps it while the call lasts.</summary>
internal sealed class ScriptCallState
{
    private readonly Hashtable _setup;
    private ErrorPlaces? _places;

    /// <summary>Creates the state of a call.</summary>
    public ScriptCallState(Hashtable setup, KnownTypes types, ScriptBlock script, IReadOnlyDictionary<string, ScriptBlock> functions, object?[] arguments)
    {
        _setup = setup;
        KnownTypes = types;
        Script = script;
        Functions = functions;
        Arguments = arguments;
    }

    /// <summary>Gets the scriptblock to run on each item.</summary>
    public ScriptBlock Script { get; }

    /// <summary>Gets the functions that it calls.</summary>
    public IReadOnlyDictionary<string, ScriptBlock> Functions { get; }

    /// <summary>Gets its arguments.</summary>
    public object?[] Arguments { get; }

    /// <summary>Gets the classes and enums of the caller's script.</summary>
    public KnownTypes KnownTypes { get; }

    /// <summary>Gets or sets the names of classes and enums that the call has defined here.</summary>
    public IReadOnlyDictionary<string, Type> Types { get; set; } = new Dictionary<string, Type>();

    /// <summary>Gets the using statements in front of the block's script.</summary>
    public string Usings { get; init; } = string.Empty;

    /// <summary>Gets the user's own ways to send values of some types, or null where there are none.</summary>
    public ConverterTable? Converters { get; init; }

    /// <summary>Gets what gives errors their place in the caller's script.</summary>
    public ErrorPlaces Places => _places ??= new ErrorPlaces(_setup, Script.Ast);

    /// <summary>Gets why the call cannot be set up here, or null where it can.</summary>
    public ErrorRecord? Failure { get; init; }

    /// <summary>Gets or sets what the caller should be told, once, about the way the call runs here.</summary>
    public string? Warning { get; set; }

    /// <summary>Defines classes and enums that the call brings, beyond those that it has.</summary>
    /// <param name="session">The session of the worker.</param>
    /// <param name="definitions">Their texts, which may have come before.</param>
    /// <exception cref="CaptureException">The texts do not hold here.</exception>
    public void Define(WorkerSession session, TypeDefinitions definitions)
    {
        foreach ((string[] texts, string[] names) in definitions.Packs.Where(pack => pack.Names.Any(name => KnownTypes.Find(name) is null)))
        {
            foreach (Type type in session.DefineTypes(Usings, texts, names, isRunning: true))
            {
                KnownTypes.Add(type);
            }
        }

        Types = session.Types.Added();
    }

    /// <summary>Creates the state of a call that cannot be set up.</summary>
    public static ScriptCallState Failing(Exception cause) =>
        new([], new KnownTypes(), ScriptBlock.Create(string.Empty), new Dictionary<string, ScriptBlock>(), []) { Failure = Errors.OfCall(cause) };

    /// <summary>Gets a table of the setup.</summary>
    public Hashtable Table(string key) => (Hashtable?)_setup[key] ?? [];

    /// <summary>Gets a text of the setup.</summary>
    public string? Text(string key) => (string?)_setup[key];
}
