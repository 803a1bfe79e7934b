using System.Management.Automation.Runspaces;
using Loky.PowerShell.Capture;
using Pwsh = System.Management.Automation.PowerShell;

namespace Loky.PowerShell.Runner;

/// <summary>A variable, function or alias at some moment, as PowerShell changes the objects that stand for them in place. The
/// content is the value, the body or the target.</summary>
internal sealed record SessionName(string Name, object? Content, ScopedItemOptions Options)
{
    public static SessionName? Of(CommandInfo command) => command switch
    {
        FunctionInfo function => new SessionName(function.Name, function.ScriptBlock, function.Options),
        AliasInfo alias => new SessionName(alias.Name, alias.Definition, alias.Options),
        _ => null,
    };

    public static SessionName Of(PSVariable variable) => new(variable.Name, new Value(variable.Value), variable.Options);

    /// <summary>Tells whether the name means the same. Variables may change: many do so by themselves.</summary>
    public bool IsStill(SessionName current) => Content switch
    {
        Value => true,
        ScriptBlock body => ReferenceEquals(body, current.Content),
        _ => Equals(Content, current.Content),
    };

    public bool TryRestore(Runspace runspace, string drive)
    {
        // Each session makes those that are its own itself.
        if (Content is Value && SessionVariables.IsOfEverySession(Name))
        {
            return false;
        }

        try
        {
            if (Content is Value { Held: var value })
            {
                runspace.SessionStateProxy.PSVariable.Set(new PSVariable(Name, value, Options));
                return true;
            }

            using var shell = Pwsh.Create();
            shell.Runspace = runspace;
            shell.AddCommand("Microsoft.PowerShell.Management\\Set-Item").AddParameter("LiteralPath", drive + Name).AddParameter("Value", Content)
                .AddParameter("Options", Options).AddParameter("Force").AddParameter("ErrorAction", ActionPreference.Stop).Invoke();
            return true;
        }
        catch (RuntimeException)
        {
            return false;
        }
    }

    private sealed record Value(object? Held);
}
