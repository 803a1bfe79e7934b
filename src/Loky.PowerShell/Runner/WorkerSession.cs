using System.Collections.ObjectModel;
using System.Collections;
using System.Globalization;
using System.Management.Automation.Runspaces;
using Loky.Hosting;
using Loky.Launch;
using Loky.PowerShell.Capture;
using Pwsh = System.Management.Automation.PowerShell;

namespace Loky.PowerShell.Runner;

/// <summary>The PowerShell session of a worker: gets the caller's world for the time of a call and is put back afterwards.
/// Modules that were imported stay, which is what makes a worker warm.</summary>
internal sealed class WorkerSession
{
    private readonly HashSet<string> _modules = new(StringComparer.OrdinalIgnoreCase);
    private readonly SessionNames _names;
    private readonly SessionRemains _remains;
    private readonly ProcessDirectory _directory = new();
    private readonly WorkerHost _host = new();
    private readonly ArrayList? _errors;
    private Dictionary<string, string>? _environment;
    private Version? _strictMode;
    private bool _hasStrictMode;
    private ConsoleEncodings? _encodings;

    /// <summary>Opens a session that begins as every one does; see the other constructor.</summary>
    public WorkerSession(PSLanguageMode mode)
        : this(InitialSessionState.CreateDefault2(), mode)
    {
    }

    /// <summary>Opens the session on the current thread, from a state that is its own from here on. Its mode is for life: a module keeps the rights it came with.</summary>
    public WorkerSession(InitialSessionState state, PSLanguageMode mode)
    {
        state.LanguageMode = mode;
        Runspace = RunspaceFactory.CreateRunspace(_host, state);
        Runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        Runspace.Open();
        Runspace.DefaultRunspace = Runspace;
        Types = new ScopeTypes(Runspace);
        Modules = new ModuleStore(Runspace);
        _names = new SessionNames(Runspace);
        _remains = new SessionRemains(Runspace);
        _errors = State.GetVariable("Error") as ArrayList;
    }

    public Runspace Runspace { get; }

    /// <summary>Gets the state whose drives and providers the values of a call refer to.</summary>
    public SessionState? SessionState => (State.GetVariable("ExecutionContext") as EngineIntrinsics)?.SessionState;

    public ScopeTypes Types { get; }

    public ModuleStore Modules { get; }

    public ScriptCache Scripts { get; } = new();

    private SessionStateProxy State => Runspace.SessionStateProxy;

    /// <summary>What the initializer defines stays for all calls; throws <see cref="CaptureException"/> where it fails.</summary>
    public void Initialize(ScriptCallState initializer, RecordTarget records)
    {
        Enter(initializer);
        _host.ExitCode = null;
        try
        {
            using Pwsh shell = NewShell();
            new StreamSender(initializer, records).Attach(shell, static () => true);
            shell.AddScript(". $args[0]", useLocalScope: false).AddArgument(initializer.Script).Invoke();
        }
        catch (RuntimeException exception)
        {
            throw new CaptureException(MessageText.Format(Messages.InitializerFailed, exception.Message), exception);
        }

        if (_host.ExitCode is { } code)
        {
            throw new CaptureException(MessageText.Format(Messages.InitializerExited, code));
        }
    }

    public void NoteJobs(JobRepository jobs) => _remains.NoteJobs(jobs);

    /// <summary>Notes what is there before the first call: what every call finds, and what stays after it.</summary>
    public void NoteBaseline()
    {
        _names.NoteBaseline();
        _remains.Keep();
        _directory.NoteBaseline();
        Types.NoteBaseline();
        _strictMode = StrictMode.VersionOf(Types.GlobalScope);
        _environment = null;
    }

    /// <summary>Once in the worker's life; throws <see cref="CaptureException"/> where it cannot be imported.</summary>
    public void ImportModule(string module)
    {
        if (!_modules.Add(module))
        {
            return;
        }

        try
        {
            using Pwsh shell = NewShell();
            shell.AddCommand("Import-Module").AddParameter("Name", module).AddParameter("Global", true).AddParameter("ErrorAction", "Stop").Invoke();
            _remains.Keep();
        }
        catch (RuntimeException exception)
        {
            _modules.Remove(module);
            // Of what stopped the command, not that it was stopped.
            throw new CaptureException(MessageText.Format(Messages.CaptureModuleFailed, module, exception.ErrorRecord.Exception.Message), exception);
        }
    }

    /// <summary>Each text comes before those that need it; throws <see cref="CaptureException"/> where they fail.</summary>
    public IReadOnlyList<Type> DefineTypes(string usings, IEnumerable<Hashtable> texts, IEnumerable<string> names)
    {
        try
        {
            TypeText.Define(usings, [.. texts], script => Run(script));
            return [.. Run(TypeText.Parse(usings + TypeText.NamesOf(names), file: null)).Select(static type => type.BaseObject).OfType<Type>()];
        }
        catch (RuntimeException exception)
        {
            throw new CaptureException(MessageText.Format(Messages.CaptureTypeFailed, exception.Message), exception);
        }
    }

    /// <summary>Gives the session aliases. They stay until <see cref="Leave"/>.</summary>
    public void DefineAliases(Hashtable aliases) => _names.DefineAliases(aliases);

    public void Enter(ScriptCallState call)
    {
        Types.Enter(call.Types);
        _environment = EnvironmentNames.Read();
        foreach (DictionaryEntry variable in call.Table(CallSetup.Environment))
        {
            Environment.SetEnvironmentVariable((string)variable.Key, (string?)variable.Value);
        }

        _names.Define(call.Table(CallSetup.Variables), call.Functions, call.Table(CallSetup.Aliases));
        if (call.Text(CallSetup.StrictMode) is { } strictMode)
        {
            SetStrictMode(Version.Parse(strictMode));
        }

        EnterPlace(call);
    }

    /// <summary>Takes back what <see cref="Enter"/> gave, and what the items have left behind.</summary>
    public void Leave()
    {
        _remains.TakeBack();
        _names.TakeBack();
        _directory.Leave();
        Types.Leave();
        SetStrictMode(_strictMode);

        // An error keeps alive what it is about.
        _errors?.Clear();
        RestoreEnvironment();
        _encodings?.Restore();
    }

    private void SetStrictMode(Version? version)
    {
        bool isNew = _hasStrictMode || version is not null;
        _hasStrictMode = version is not null;
        if (!StrictMode.Set(Types.GlobalScope, version) && isNew)
        {
            // Where PowerShell does not tell what it was, none was set before the first call.
            using Pwsh shell = NewShell();
            shell.AddCommand("Microsoft.PowerShell.Core\\Set-StrictMode");
            _ = version is null ? shell.AddParameter("Off") : shell.AddParameter("Version", version);
            shell.Invoke();
        }
    }

    private void EnterPlace(ScriptCallState call)
    {
        _encodings = new ConsoleEncodings();
        ConsoleEncodings.Set(call.EncodingOf(CallSetup.ConsoleOutputEncoding), call.EncodingOf(CallSetup.ConsoleInputEncoding));
        if (call.Text(CallSetup.Location) is { } location && !TrySetLocation(location))
        {
            _ = call.Text(CallSetup.ProviderLocation) is { } real && TrySetLocation(real);
            call.Warning = MessageText.Format(Messages.LocationMissing, location, State.Path.CurrentLocation.Path);
        }

        if (call.Text(CallSetup.ProcessDirectory) is { } directory && !ProcessDirectory.TryEnter(directory))
        {
            call.Warning ??= MessageText.Format(Messages.LocationMissing, directory, ProcessDirectory.Now());
        }

        if (call.Text(CallSetup.Culture) is { } culture && call.Text(CallSetup.UICulture) is { } interfaceCulture)
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(interfaceCulture);
        }
    }

    private bool TrySetLocation(string location)
    {
        // Going to a folder reads all folders above it, to learn how their names are spelt: more than a small call takes.
        if (location == State.Path.CurrentLocation.Path)
        {
            return true;
        }

        try
        {
            _ = State.Path.SetLocation(WildcardPattern.Escape(location));
            return true;
        }
        catch (Exception exception) when (exception is SessionStateException or NotSupportedException)
        {
            return false;
        }
    }

    private void RestoreEnvironment()
    {
        if (_environment is null)
        {
            return;
        }

        Dictionary<string, string> now = EnvironmentNames.Read();
        foreach ((string name, string value) in _environment)
        {
            if (now.GetValueOrDefault(name) != value)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }

        foreach (string name in now.Keys)
        {
            if (!_environment.ContainsKey(name))
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
    }

    private Collection<PSObject> Run(ScriptBlock script)
    {
        using Pwsh shell = NewShell();
        return shell.AddScript(". $args[0]", useLocalScope: false).AddArgument(script).Invoke();
    }

    private Pwsh NewShell()
    {
        var shell = Pwsh.Create();
        shell.Runspace = Runspace;
        return shell;
    }
}
