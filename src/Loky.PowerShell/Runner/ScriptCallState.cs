using System.Collections;
using System.Management.Automation;
using Loky.MessagePack;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Runner;

/// <summary>What the items of one call have in common, as the worker keeps it while the call lasts.</summary>
internal sealed class ScriptCallState
{
    private readonly Hashtable _setup;
    private ErrorPlaces? _places;

    private ScriptCallState(Hashtable setup, KnownTypes types, ScriptBlock script, IReadOnlyDictionary<string, ScriptBlock> functions, object?[] arguments)
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
    public IReadOnlyDictionary<string, Type> Types { get; private init; } = new Dictionary<string, Type>();

    /// <summary>Gets what gives errors their place in the caller's script.</summary>
    public ErrorPlaces Places => _places ??= new ErrorPlaces(_setup);

    /// <summary>Gets or sets what the caller should be told, once, about the way the call runs here.</summary>
    public string? Warning { get; set; }

    /// <summary>Reads the setup of a call: first the modules and types, which what follows may need to be read.</summary>
    public static ScriptCallState Read(ReadOnlySpan<byte> setup, IReadOnlyList<byte[]> shared, WorkerSession session)
    {
        var reader = new MessagePackReader(setup);
        var first = (Hashtable)new PSValueReader { Trusted = true }.Read(ref reader)!;
        foreach (object? module in (IEnumerable?)first[CallSetup.Modules] ?? Array.Empty<object>())
        {
            session.ImportModule((string)module!);
        }

        string usings = (string?)first[CallSetup.Usings] ?? string.Empty;
        var types = new KnownTypes();
        bool definesTypes = first[CallSetup.Types] is not null;
        if (first[CallSetup.Types] is IEnumerable texts)
        {
            foreach (Type type in session.DefineTypes(usings, texts.Cast<string>(), ((IEnumerable)first[CallSetup.TypeNames]!).Cast<string>()))
            {
                types.Add(type);
            }
        }

        var values = (Hashtable)new PSValueReader { Trusted = true, KnownTypes = types }.Read(ref reader)!;
        ReadShared(values, shared, types);
        var functions = new Dictionary<string, ScriptBlock>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry function in (Hashtable?)values[CallSetup.Functions] ?? [])
        {
            functions[(string)function.Key] = session.Scripts.Get((Hashtable)function.Value!, usings, named: true, keep: !definesTypes);
        }

        ScriptBlock script = session.Scripts.Get(values, usings, named: false, keep: !definesTypes);
        return new ScriptCallState(values, types, script, functions, (object?[]?)values[CallSetup.Arguments] ?? []) { Types = session.Types.Added() };
    }

    /// <summary>Reads what was sent apart, anew for each call: what a block does to a value is not for the next to see.</summary>
    private static void ReadShared(Hashtable values, IReadOnlyList<byte[]> shared, KnownTypes types)
    {
        int next = 0;
        foreach (object? names in (IEnumerable?)values[CallSetup.SharedVariables] ?? Array.Empty<object>())
        {
            var reader = new MessagePackReader(shared[next++]);
            object? value = new PSValueReader { Trusted = true, KnownTypes = types }.Read(ref reader);
            foreach (object? name in (IEnumerable)names!)
            {
                ((Hashtable)values[CallSetup.Variables]!)[name!] = value;
            }
        }
    }

    /// <summary>Creates the state of a call that cannot be set up: each item fails with the cause.</summary>
    public static ScriptCallState Failing(Exception cause) =>
        new([], new KnownTypes(), ScriptBlock.Create("throw $args[0]"), new Dictionary<string, ScriptBlock>(), [cause]);

    /// <summary>Gets a table of the setup.</summary>
    public Hashtable Table(string key) => (Hashtable?)_setup[key] ?? [];

    /// <summary>Gets a text of the setup.</summary>
    public string? Text(string key) => (string?)_setup[key];
}
