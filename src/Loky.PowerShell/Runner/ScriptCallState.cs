using System.Collections;
using System.Text;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Converters;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Runner;

/// <summary>What the items of one call have in common, as the worker keeps it while the call lasts.</summary>
internal sealed class ScriptCallState
{
    private readonly Hashtable _setup;
    private readonly Dictionary<string, ScriptBlock> _functions;
    private ErrorPlaces? _places;

    public ScriptCallState(Hashtable setup, KnownTypes types, ScriptBlock script, Dictionary<string, ScriptBlock> functions, object?[] arguments)
    {
        _setup = setup;
        KnownTypes = types;
        Script = script;
        _functions = functions;
        Arguments = arguments;
    }

    public ScriptBlock Script { get; }

    public IReadOnlyDictionary<string, ScriptBlock> Functions => _functions;

    public object?[] Arguments { get; }

    public KnownTypes KnownTypes { get; }

    /// <summary>Gets or sets the names of classes and enums that the call has defined here.</summary>
    public IReadOnlyDictionary<string, Type> Types { get; set; } = new Dictionary<string, Type>();

    /// <summary>Gets what reads what the call gets later, or null where it could not even be set up.</summary>
    public CallSetupReader? Reader { get; init; }

    /// <summary>Gets or sets how many of the extensions of its group it has.</summary>
    public int Extensions { get; set; }

    public ConverterTable? Converters { get; init; }

    public ErrorPlaces Places => _places ??= new ErrorPlaces(_setup, Script.Ast);

    /// <summary>Gets why the call cannot be set up here, or null where it can.</summary>
    public ErrorRecord? Failure { get; init; }

    /// <summary>Gets or sets what the caller should be told, once, about the way the call runs here.</summary>
    public string? Warning { get; set; }

    public void Extend(Hashtable more, Func<Hashtable, ScriptBlock> parse)
    {
        foreach (string key in new[] { CallSetup.Variables, CallSetup.Aliases })
        {
            var table = (Hashtable)(_setup[key] ??= new Hashtable(StringComparer.OrdinalIgnoreCase));
            foreach (DictionaryEntry entry in (Hashtable?)more[key] ?? [])
            {
                table[entry.Key] = entry.Value;
            }
        }

        foreach ((string name, ScriptBlock body) in ScriptTable.Parse(more, parse))
        {
            _functions[name] = body;
        }
    }

    public static ScriptCallState Failing(Exception cause) =>
        new([], new KnownTypes(), ScriptBlock.Create(string.Empty), new Dictionary<string, ScriptBlock>(), []) { Failure = Errors.OfCall(cause) };

    public Hashtable Table(string key) => (Hashtable?)_setup[key] ?? [];

    /// <summary>Gets an encoding of the setup, or null where there is none or it does not exist here.</summary>
    public Encoding? EncodingOf(string key) => EncodingFormatter.TryDecode(_setup[key] as byte[]);

    public string? Text(string key) => (string?)_setup[key];
}
