using System.Collections;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Converters;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Runner;

/// <summary>Reads the setup of a call in a worker, and what is added later: first what the rest needs to be read.</summary>
internal sealed class CallSetupReader(WorkerSession session)
{
    private readonly KnownTypes _types = new();
    private string _usings = string.Empty;
    private bool _definesTypes;

    /// <summary>The setup is three values: modules and types; converters, or nil; the rest. Throws <see cref="CaptureException"/>
    /// for what does not hold here.</summary>
    public ScriptCallState Read(ReadOnlyMemory<byte> setup, IReadOnlyList<ReadOnlyMemory<byte>> shared)
    {
        var reader = new WireReader(setup);
        var values = new PSReadSession { Trusted = true, KnownTypes = _types, Session = session.SessionState };
        Prepare((Hashtable)values.Read(ref reader)!, shared);
        Hashtable aliases = [];
        if (values.Read(ref reader) is Hashtable converters)
        {
            aliases = (Hashtable)converters[CallSetup.Aliases]!;
            values.Converters = new ConverterTable(ConverterSetup.Read(converters, Parse), session.Runspace);
            session.DefineAliases(aliases);
        }

        var rest = (Hashtable)values.Read(ref reader)!;
        ReadShared(rest, shared, values);
        Dictionary<string, ScriptBlock> functions = ScriptTable.Parse(rest, Parse);
        AddMissing((Hashtable)(rest[CallSetup.Aliases] ??= new Hashtable(StringComparer.OrdinalIgnoreCase)), aliases);
        var arguments = (object?[]?)rest[CallSetup.Arguments] ?? [];
        return new ScriptCallState(rest, _types, Parse(rest), functions, arguments)
        {
            Types = session.Types.Added(),
            Converters = values.Converters,
            Reader = this,
        };
    }

    /// <summary>Adds what came later, as two values: modules and types; the rest. Not while the session runs.</summary>
    public void Extend(ScriptCallState call, ReadOnlyMemory<byte> extension)
    {
        var reader = new WireReader(extension);
        var values = new PSReadSession { Trusted = true, KnownTypes = _types, Session = session.SessionState, Converters = call.Converters };
        session.Types.Enter(call.Types);
        Prepare((Hashtable)values.Read(ref reader)!, []);
        call.Extend((Hashtable)values.Read(ref reader)!, Parse);
        call.Types = session.Types.Added();
    }

    private void Prepare(Hashtable first, IReadOnlyList<ReadOnlyMemory<byte>> shared)
    {
        foreach (object? module in (IEnumerable?)first[CallSetup.Modules] ?? Array.Empty<object>())
        {
            session.ImportModule(module is Hashtable described ? session.Modules.Find(CapturedModule.Read(described), shared) : (string)module!);
        }

        _usings = (string?)first[CallSetup.Usings] ?? _usings;
        if (first[CallSetup.Types] is IEnumerable texts)
        {
            _definesTypes = true;
            foreach (Type type in session.DefineTypes(_usings, texts.Cast<Hashtable>(), ((IEnumerable)first[CallSetup.TypeNames]!).Cast<string>()))
            {
                _types.Add(type);
            }
        }
    }

    private ScriptBlock Parse(Hashtable text) =>
        session.Scripts.Get(text, (string?)text[CallSetup.Usings] ?? _usings, keep: !_definesTypes);

    /// <summary>Reads what was sent apart, anew for each call: what a block does to a value is not for the next to see.</summary>
    private static void ReadShared(Hashtable rest, IReadOnlyList<ReadOnlyMemory<byte>> shared, PSReadSession values)
    {
        int next = 0;
        foreach (object? names in (IEnumerable?)rest[CallSetup.SharedVariables] ?? Array.Empty<object>())
        {
            var reader = new WireReader(shared[next++]);
            object? value = values.Read(ref reader);
            foreach (object? name in (IEnumerable)names!)
            {
                ((Hashtable)rest[CallSetup.Variables]!)[name!] = value;
            }
        }
    }

    /// <summary>The call defines all its aliases each time that it is entered; its own go before those of converters.</summary>
    private static void AddMissing(Hashtable table, Hashtable more)
    {
        foreach (DictionaryEntry entry in more)
        {
            if (!table.ContainsKey(entry.Key))
            {
                table.Add(entry.Key, entry.Value);
            }
        }
    }
}
