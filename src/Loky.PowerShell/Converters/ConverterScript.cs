using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using Loky.PowerShell.Runner;

namespace Loky.PowerShell.Converters;

/// <summary>One of the two scripts of a converter, with what it uses where that is not there by itself.</summary>
/// <param name="Script">The script.</param>
/// <param name="Functions">The functions that are there for the script alone.</param>
/// <param name="Variables">The variables that are there for the script alone.</param>
internal sealed record ConverterScript(ScriptBlock Script, Dictionary<string, ScriptBlock> Functions, Hashtable Variables)
{
    /// <summary>Makes one of a script that finds all it uses in its session.</summary>
    public static ConverterScript Of(ScriptBlock script) => new(script, [], []);

    /// <summary>Runs it with <c>$_</c> set to <paramref name="value"/>, on the current thread and in its session.</summary>
    /// <param name="role">What the script is for, for the message of an error.</param>
    /// <param name="typeName">The type that it is for.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="TaskSerializationException">It failed. Any error that it does not handle counts.</exception>
    public object? Run(string role, string typeName, object? value)
    {
        // A scope of its own: a converter is not to see the names of the block that it is called for.
        List<PSVariable> variables = [new("_", value), new("ErrorActionPreference", ActionPreference.Stop)];
        foreach (DictionaryEntry variable in Variables)
        {
            variables.Add(new PSVariable((string)variable.Key, variable.Value));
        }

        try
        {
            Collection<PSObject?> results = Script.InvokeWithContext(Functions, variables, value)!;
            return results.Count switch
            {
                0 => null,
                1 => Bare(results[0]),
                _ => results.Select(Bare).ToArray(),
            };
        }
        catch (Exception exception) when (exception is not (PipelineStoppedException or OutOfMemoryException))
        {
            string message = FlowControl.ToError(exception).Message;
            throw new TaskSerializationException(MessageText.Format(Messages.ScriptConverterFailed, role, typeName, message), exception);
        }
    }

    /// <summary>What was added to an object is kept with the object; the wrapper would not fit into a typed array.</summary>
    private static object? Bare(PSObject? result) => result?.BaseObject is null or PSCustomObject ? result : result.BaseObject;
}
