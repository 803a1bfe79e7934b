using System.Collections;
using System.Collections.ObjectModel;
using Loky.PowerShell.Runner;

namespace Loky.PowerShell.Converters;

/// <summary>One of a converter's two scripts, with the functions and variables that are there for it alone.</summary>
internal sealed record ConverterScript(ScriptBlock Script, Dictionary<string, ScriptBlock> Functions, Hashtable Variables)
{
    /// <summary>Makes one of a script that finds all it uses in its session.</summary>
    public static ConverterScript Of(ScriptBlock script) => new(script, [], []);

    /// <summary>Runs it with <c>$_</c> set to <paramref name="value"/>, on the current thread and in its session. Throws
    /// <see cref="TaskSerializationException"/> for any error that it does not handle.</summary>
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
