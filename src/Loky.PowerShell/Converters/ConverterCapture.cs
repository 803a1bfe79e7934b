using System.Collections;
using System.Management.Automation.Language;
using Loky.PowerShell.Capture;

namespace Loky.PowerShell.Converters;

/// <summary>The scripts of an executor's converters, with what each uses, found in the session it was written in.</summary>
internal sealed class ConverterCapture
{
    /// <summary>Modules and types go to <paramref name="scope"/>; scripts of no session get <paramref name="session"/>.</summary>
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

    public Hashtable Setup { get; }
}
