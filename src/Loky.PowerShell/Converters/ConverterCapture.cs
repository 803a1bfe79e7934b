using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Loky.PowerShell.Capture;

namespace Loky.PowerShell.Converters;

/// <summary>Takes the converters of an executor along with a call: their scripts, and what these use.</summary>
internal sealed class ConverterCapture
{
    private readonly ConverterSet _set;
    private readonly List<CaptureScope> _scopes = [];

    /// <summary>Follows what the scripts use, each in the session that it was written in.</summary>
    /// <param name="set">The converters.</param>
    /// <param name="caller">The session of who makes the call.</param>
    /// <param name="call">What the call itself takes along; modules and types are added to it.</param>
    public ConverterCapture(ConverterSet set, SessionState caller, CaptureScope call)
    {
        _set = set;
        foreach (ScriptBlock script in set.Converters.SelectMany(static converter => new[] { converter.ToWire, converter.FromWire }))
        {
            CaptureScope scope = call.ForOther(script.Module?.SessionState ?? caller);
            scope.Follow(script.Ast);
            _scopes.Add(scope);
        }
    }

    /// <summary>Makes the table that tells a session of the converters.</summary>
    public Hashtable ToSetup() => new()
    {
        [CallSetup.Converters] = _set.Converters.Select(static converter => converter.TypeName).ToArray(),
        [CallSetup.ToWire] = _set.Converters.Select(static converter => TextOf(converter.ToWire)).ToArray(),
        [CallSetup.FromWire] = _set.Converters.Select(static converter => TextOf(converter.FromWire)).ToArray(),
        [CallSetup.Variables] = Merge(static scope => scope.Variables),
        [CallSetup.Functions] = Merge(static scope => scope.Functions),
        [CallSetup.Aliases] = Merge(static scope => scope.Aliases),
    };

    private static Hashtable TextOf(ScriptBlock script)
    {
        var text = new Hashtable();
        ScriptBlockAst ast = ScriptText.RootOf(script);
        ScriptText.Write(text, ast, UsingRewriter.TextOf(ast));
        text[CallSetup.Usings] = ScriptText.UsingStatementsOf(ast);
        return text;
    }

    private Hashtable Merge(Func<CaptureScope, Hashtable> part)
    {
        var merged = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in _scopes.SelectMany(scope => part(scope).Cast<DictionaryEntry>()))
        {
            merged[entry.Key] = entry.Value;
        }

        return merged;
    }
}
