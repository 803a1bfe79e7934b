using System.Collections;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Runner;

namespace Loky.PowerShell.Converters;

/// <summary>Makes converters of the table that <see cref="ConverterCapture"/> made, in another session.</summary>
internal static class ConverterSetup
{
    public static IReadOnlyList<ScriptConverter> Read(Hashtable table, Func<Hashtable, ScriptBlock> parse)
    {
        ConverterScript[] toWire = ScriptsOf(CallSetup.ToWire);
        ConverterScript[] fromWire = ScriptsOf(CallSetup.FromWire);
        return [.. ((IEnumerable)table[CallSetup.Converters]!).Cast<string>().Select((name, i) => new ScriptConverter(name, toWire[i], fromWire[i]))];

        ConverterScript[] ScriptsOf(string role) =>
            [.. ((IEnumerable)table[role]!).Cast<Hashtable>().Select(text => new ConverterScript(
                parse(text),
                ScriptTable.Parse(text, parse),
                (Hashtable)text[CallSetup.Variables]!))];
    }
}
