using System.Collections;
using Loky.PowerShell.Capture;

namespace Loky.PowerShell.Runner;

/// <summary>The scriptblocks of earlier calls, parsed and compiled, so that a call that comes again costs neither again. A block
/// holds nothing of a call but its text: what it refers to is looked up by name each time.</summary>
internal sealed class ScriptCache
{
    private const int Capacity = 128;

    private readonly Dictionary<(string? File, string Text, int Line, int Column, bool IsFunction), ScriptBlock> _blocks = [];

    /// <summary><paramref name="keep"/> tells whether the names of types in the text will always mean the same types.</summary>
    public ScriptBlock Get(Hashtable setup, string usings, bool keep)
    {
        if (!keep || usings.Length > 0)
        {
            return ScriptText.Parse(setup, usings);
        }

        var key = ((string?)setup[CallSetup.File], (string)setup[CallSetup.Script]!, Convert.ToInt32(setup[CallSetup.Line], null), Convert.ToInt32(setup[CallSetup.Column], null), setup.ContainsKey(CallSetup.FunctionName));
        if (!_blocks.TryGetValue(key, out ScriptBlock? block))
        {
            if (_blocks.Count == Capacity)
            {
                _blocks.Clear();
            }

            block = ScriptText.Parse(setup, usings);
            _blocks.Add(key, block);
        }

        return block;
    }
}
