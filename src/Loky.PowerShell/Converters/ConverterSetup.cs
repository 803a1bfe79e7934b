using System.Collections;
using System.Management.Automation;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Runner;

namespace Loky.PowerShell.Converters;

/// <summary>The converters of a call as another session gets them, and what their scripts use.</summary>
/// <param name="Converters">The converters.</param>
/// <param name="Functions">The functions that they call.</param>
/// <param name="Variables">The variables that they read.</param>
/// <param name="Aliases">The aliases that they use.</param>
internal sealed record ConverterSetup(
    IReadOnlyList<ScriptConverter> Converters, IReadOnlyDictionary<string, ScriptBlock> Functions, Hashtable Variables, Hashtable Aliases)
{
    /// <summary>Makes it of the table that <see cref="ConverterCapture"/> made.</summary>
    /// <param name="table">The table.</param>
    /// <param name="parse">Parses the text of a script; told whether the script knows its file.</param>
    public static ConverterSetup Of(Hashtable table, Func<Hashtable, bool, ScriptBlock> parse)
    {
        ScriptBlock[] toWire = [.. ((IEnumerable)table[CallSetup.ToWire]!).Cast<Hashtable>().Select(text => parse(text, false))];
        ScriptBlock[] fromWire = [.. ((IEnumerable)table[CallSetup.FromWire]!).Cast<Hashtable>().Select(text => parse(text, false))];
        return new ConverterSetup(
            [.. ((IEnumerable)table[CallSetup.Converters]!).Cast<string>().Select((name, i) => new ScriptConverter(name, toWire[i], fromWire[i]))],
            ScriptTable.Parse(table, text => parse(text, true)),
            (Hashtable)table[CallSetup.Variables]!,
            (Hashtable)table[CallSetup.Aliases]!);
    }
}
