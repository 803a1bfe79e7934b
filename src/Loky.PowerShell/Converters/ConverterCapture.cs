using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Loky.PowerShell.Capture;

namespace Loky.PowerShell.Converters;

/// <summary>
/// The scripts of an executor's converters with what each of them uses, found in the session that it was written in.
/// </summary>
internal sealed class ConverterCapture
{
    /// <summary>Follows what the scripts use.</summary>
    /// <param name="set">The converters.</param>
    /// <param name="session">The session of who asks, for scripts that belong to none.</param>
    /// <param name="scope">What modules and types are added to.</param>
    public ConverterCapture(ConverterSet set, SessionState session, CaptureScope scope)
    {
        var aliases = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (Type type in set.Types)
        {
            scope.Follow(type);
        }

        Setup = new Hashtable
        {
            [CallSetup.Converters] = set.Converters.Select(static converter => converter.TypeName).ToArray(),
            [CallSetup.ToWire] = set.Converters.Select(converter => ToTable(converter.ToWire.Script)).ToArray(),
            [CallSetup.FromWire] = set.Converters.Select(converter => ToTable(converter.FromWire.Script)).ToArray(),
            [CallSetup.Aliases] = aliases,
        };

        Hashtable ToTable(ScriptBlock script)
        {
            CaptureScope own = scope.ForOther(ScriptSession.Of(script) ?? session, aliases);
            own.Follow(script.Ast);
            ScriptBlockAst ast = ScriptText.RootOf(script);
            var table = new Hashtable
            {
                [CallSetup.Usings] = ScriptText.UsingStatementsOf(ast),
                [CallSetup.Functions] = own.Functions,
                [CallSetup.Variables] = own.Variables,
            };
            ScriptText.Write(table, ast, UsingRewriter.TextOf(ast));
            return table;
        }
    }

    /// <summary>Gets the table that tells a session of the converters.</summary>
    public Hashtable Setup { get; }
}
