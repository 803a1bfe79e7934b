using System.Collections;
using System.Management.Automation.Language;
using Loky.PowerShell.Hosts;

namespace Loky.PowerShell.Commands;

/// <summary>Completes the names of hosts: those of the user's ssh configuration, and this machine.</summary>
public sealed class HostNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = (wordToComplete ?? string.Empty).Trim('\'', '"');
        int at = word.LastIndexOf('@') + 1;
        foreach ((string name, string told) in SshConfiguration.Hosts().Prepend((":", Messages.ThisMachine)))
        {
            if (name.StartsWith(word[at..], StringComparison.OrdinalIgnoreCase))
            {
                // A string of its own: a list of bare words with "@" in front would be something else.
                string text = word[..at] + name;
                yield return new CompletionResult(at > 0 || name == ":" ? $"'{text}'" : text, text, CompletionResultType.ParameterValue, told);
            }
        }
    }
}
