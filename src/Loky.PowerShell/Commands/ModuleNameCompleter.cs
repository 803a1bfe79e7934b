using System.Collections;
using System.Management.Automation.Language;

namespace Loky.PowerShell.Commands;

/// <summary>Completes the names of modules: those of the session first, then those that are installed.</summary>
public sealed class ModuleNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        string pattern = WildcardPattern.Escape(wordToComplete.Trim('\'', '"')) + "*";
        foreach (bool installed in new[] { false, true })
        {
            shell.Commands.Clear();
            shell.AddCommand("Get-Module").AddParameter("Name", pattern).AddParameter("ListAvailable", installed);
            foreach (PSObject module in shell.Invoke())
            {
                var name = (string)module.Properties["Name"].Value;
                if (names.Add(name))
                {
                    yield return new CompletionResult(name, name, CompletionResultType.ParameterValue, $"{name} {module.Properties["Version"]?.Value}");
                }
            }
        }
    }
}
