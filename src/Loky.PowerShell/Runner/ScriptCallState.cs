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

    /// <summary>Gets the names of classes and enums that the call has defined here.</summary>
    public IReadOnlyDictionary<string, Type> Types { get; init; } = new Dictionary<string, Type>();

    /// <summary>Gets the user's own ways to send values of some types, or null where there are none.</summary>
    public ConverterTable? Converters { get; init; }

    /// <summary>Gets what gives errors their place in the caller's script.</summary>
    public ErrorPlaces Places => _places ??= new ErrorPlaces(_setup, Script.Ast);

    /// <summary>Gets or sets what the caller should be told, once, about the way the call runs here.</summary>
    public string? Warning { get; set; }

    /// <summary>Creates the state of a call that cannot be set up: each item fails with the cause.</summary>
    public static ScriptCallState Failing(Exception cause) =>
        new([], new KnownTypes(), ScriptBlock.Create("throw $args[0]"), new Dictionary<string, ScriptBlock>(), [cause]);

    /// <summary>Gets a table of the setup.</summary>
    public Hashtable Table(string key) => (Hashtable?)_setup[key] ?? [];

    /// <summary>Gets a text of the setup.</summary>
    public string? Text(string key) => (string?)_setup[key];
}
