using System.Collections;
using Loky.PowerShell.Capture;

namespace Loky.PowerShell.Runner;

/// <summary>Reads the functions of a setup.</summary>
internal static class ScriptTable
{
    public static Dictionary<string, ScriptBlock> Parse(Hashtable setup, Func<Hashtable, ScriptBlock> parse)
    {
        var functions = new Dictionary<string, ScriptBlock>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry function in (Hashtable?)setup[CallSetup.Functions] ?? [])
        {
            functions[(string)function.Key] = parse((Hashtable)function.Value!);
        }

        return functions;
    }
}
