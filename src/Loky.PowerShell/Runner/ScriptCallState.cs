using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Loky.MessagePack;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Runner;

/// <summary>What the items of one call have in common, as the worker keeps it while the call lasts.</summary>
internal sealed class ScriptCallState
{
    private readonly Hashtable _setup;
    private readonly Dictionary<string, object?> _replaced = new(StringComparer.OrdinalIgnoreCase);

    private ScriptCallState(Hashtable setup, ScriptBlock script, object?[] arguments)
    {
        _setup = setup;
        Script = script;
        Arguments = arguments;
    }

    /// <summary>Gets the scriptblock to run on each item.</summary>
    public ScriptBlock Script { get; }

    /// <summary>Gets its arguments.</summary>
    public object?[] Arguments { get; }

    /// <summary>Reads the setup of a call.</summary>
    public static ScriptCallState Read(ReadOnlySpan<byte> setup)
    {
        var reader = new MessagePackReader(setup);
        var values = (Hashtable)new PSValueReader { Trusted = true }.Read(ref reader)!;
        return new ScriptCallState(values, ScriptText.Parse(values), (object?[]?)values[CallSetup.Arguments] ?? []);
    }

    /// <summary>Creates the state of a call that cannot be set up: each item fails with the cause.</summary>
    public static ScriptCallState Failing(Exception cause)
    {
        ScriptBlock fail = ScriptBlock.Create("throw $args[0]");
        return new ScriptCallState([], fail, [cause]);
    }

    /// <summary>Gives the session the variables of the call.</summary>
    public void Enter(Runspace runspace)
    {
        foreach (DictionaryEntry variable in VariablesOf(_setup))
        {
            var name = (string)variable.Key;
            _replaced[name] = runspace.SessionStateProxy.GetVariable(name);
            runspace.SessionStateProxy.SetVariable(name, variable.Value);
        }

        if (_setup[CallSetup.Location] is string location)
        {
            try
            {
                _ = runspace.SessionStateProxy.Path.SetLocation(location);
            }
            catch (Exception exception) when (exception is ItemNotFoundException or System.Management.Automation.DriveNotFoundException)
            {
                // The caller was told; the items run where the worker stands.
            }
        }

        if (_setup[CallSetup.Culture] is string culture && _setup[CallSetup.UICulture] is string interfaceCulture)
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(interfaceCulture);
        }
    }

    /// <summary>Takes back what <see cref="Enter"/> gave.</summary>
    public void Leave(Runspace runspace)
    {
        foreach ((string name, object? value) in _replaced)
        {
            if (value is null)
            {
                runspace.SessionStateProxy.PSVariable.Remove(name);
            }
            else
            {
                runspace.SessionStateProxy.SetVariable(name, value);
            }
        }

        _replaced.Clear();
    }

    private static Hashtable VariablesOf(Hashtable setup) => (Hashtable?)setup[CallSetup.Variables] ?? [];
}
