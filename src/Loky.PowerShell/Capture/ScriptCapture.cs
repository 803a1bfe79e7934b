using System.Collections;
using System.Globalization;
using System.Management.Automation.Language;
using Loky.Execution;
using Loky.PowerShell.Converters;
using Loky.PowerShell.Runner;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Capture;

/// <summary>Collects, in the caller's own scope at the moment of the call, what a scriptblock needs in a worker.</summary>
internal sealed class ScriptCapture(PSCmdlet cmdlet)
{
    /// <summary>Gets a value indicating whether only what <c>$using:</c> names is taken along.</summary>
    public bool UsingOnly { get; init; }

    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>An initializer brings nothing of place and moment, by which it would differ from call to call.</summary>
    public bool IsInitializer { get; init; }

    public required PSLanguageMode Mode { get; init; }

    /// <summary>Gets the modules to import beyond those that are needed, as the user named them.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>Gets a value indicating whether there are workers on other machines, which may lack modules.</summary>
    public bool GoesElsewhere { get; init; }

    /// <summary>Gets the environment as the workers have it, which is not sent again.</summary>
    public EnvironmentChanges? Environment { get; init; }

    public ConverterSet? Converters { get; init; }

    /// <summary>Gets the converters for this side of the call, or null; set, like the rest, once the setup is written.</summary>
    public ConverterTable? ConverterTable { get; private set; }

    public KnownTypes KnownTypes { get; } = new();

    public LateCapture Late { get; private set; } = null!;

    public IReadOnlyList<SharedValue> Shared { get; private set; } = [];

    public SharedObjects Copies { get; } = new();

    /// <summary>Throws <see cref="CaptureException"/> for what cannot be taken along, <see cref="TaskSerializationException"/>
    /// for a value that cannot be encoded.</summary>
    public byte[] Capture(ScriptBlock script, object?[] arguments)
    {
        var first = new Hashtable();
        var setup = new Hashtable();
        var variables = new Hashtable(StringComparer.OrdinalIgnoreCase);
        SessionState session = SessionOf(script);
        ScriptBlockAst ast = ScriptText.RootOf(script);
        if (!IsInitializer)
        {
            NamedBlocks.Check(ast);
        }

        ConverterTable = Converters?.ToTable();
        UnsafeValues.CheckArguments(arguments, ConverterTable);
        Copies.NoteArguments(script, arguments);
        ScriptText.Write(setup, ast, new UsingRewriter(cmdlet, session, ConverterTable, Copies).Rewrite(ast, variables));
        NotePlace(setup, ast);
        first[CallSetup.Usings] = ScriptText.UsingStatementsOf(ast);
        var scope = new CaptureScope(session, cmdlet.SessionState, variables) { Converters = ConverterTable, Shared = Copies, Excluded = [.. Exclude.Select(PatternOf)] };
        scope.Types.UsedFiles.UnionWith(ScriptText.UsedFilesOf(ast));
        if (!UsingOnly)
        {
            scope.Follow(ast, usingOf: ast);
            FollowAll(scope, arguments);
        }

        Hashtable? converters = FollowConverters(scope);
        foreach (string module in Modules)
        {
            scope.Modules.Add(module);
        }

        scope.AddTypesTo(KnownTypes);
        var writer = new CaptureWriter(KnownTypes, ConverterTable, Mode);
        setup[CallSetup.Arguments] = arguments;
        if (!IsInitializer)
        {
            TakeLargeValues(setup, variables, writer);
            AddCircumstances(setup, scope);
            if (!UsingOnly && StrictMode.Of(cmdlet, script) is { } version)
            {
                setup[CallSetup.StrictMode] = version.ToString();
            }
        }

        byte[] rest = writer.Encode(first, setup, scope);
        if (GoesElsewhere)
        {
            List<SharedValue> apart = [.. Shared];
            TravellingModules.Describe(first, IsInitializer ? null : apart);
            Shared = apart;
        }

        Late = new LateCapture(scope, KnownTypes, writer, GoesElsewhere);
        return [.. writer.EncodePlain(first), .. writer.EncodePlain(converters), .. rest];
    }

    /// <summary>Notes what else is on the lines of the block. Not for an initializer: the same one must make the same settings,
    /// whatever block it prepares workers for, and in no file its place is only where it happened to be typed.</summary>
    private void NotePlace(Hashtable setup, ScriptBlockAst ast)
    {
        if (!IsInitializer)
        {
            (setup[CallSetup.Before], setup[CallSetup.After]) = UsingRewriter.Around(ast);
        }
        else if (ast.Extent.File is null)
        {
            (setup[CallSetup.Line], setup[CallSetup.Column]) = (1, 1);
        }
    }

    /// <summary>Takes the converters along, and lets threads without a session have one with the same contents.</summary>
    private Hashtable? FollowConverters(CaptureScope scope)
    {
        if (Converters is null)
        {
            return null;
        }

        Hashtable setup = Converters.Capture(cmdlet.SessionState, scope);
        ConverterTable!.OpenSession = () => new ConverterSession(Mode, setup, scope.Modules, scope.Types.Types);
        return setup;
    }

    private void AddCircumstances(Hashtable setup, CaptureScope scope)
    {
        foreach ((string name, object? value) in Preferences.Of(cmdlet))
        {
            scope.SetVariable(name, value);
        }

        AddPlace(setup);
    }

    /// <summary>Takes large values out of the variables, to be sent to each worker once and not with each call.</summary>
    private void TakeLargeValues(Hashtable setup, Hashtable variables, CaptureWriter writer)
    {
        var large = new LargeValues(writer.NewWriter());
        foreach (string name in variables.Keys.Cast<string>().ToArray())
        {
            if (large.TryTake(name, variables[name]))
            {
                variables.Remove(name);
            }
        }

        if (large.Values.Count > 0)
        {
            setup[CallSetup.SharedVariables] = large.Names;
            Shared = large.Values;
        }
    }

    private static void FollowAll(CaptureScope scope, object?[] arguments)
    {
        foreach (object? argument in arguments)
        {
            if ((argument is PSObject wrapped ? wrapped.BaseObject : argument) is ScriptBlock block)
            {
                scope.Follow(block.Ast);
            }
        }
    }

    private static WildcardPattern PatternOf(string name) => WildcardPattern.Get(name, WildcardOptions.IgnoreCase);

    private SessionState SessionOf(ScriptBlock script) => ScriptSession.Of(script) ?? cmdlet.SessionState;

    private void AddPlace(Hashtable setup)
    {
        PathInfo location = cmdlet.SessionState.Path.CurrentLocation;
        setup[CallSetup.Location] = location.Path;
        setup[CallSetup.ProviderLocation] = ProviderPathOf(location);
        setup[CallSetup.ProcessDirectory] = ProcessDirectory.Now();
        setup[CallSetup.Culture] = CultureInfo.CurrentCulture.Name;
        setup[CallSetup.UICulture] = CultureInfo.CurrentUICulture.Name;
        setup[CallSetup.ConsoleOutputEncoding] = EncodingFormatter.TryEncode(Console.OutputEncoding);
        setup[CallSetup.ConsoleInputEncoding] = EncodingFormatter.TryEncode(Console.InputEncoding);
        if (Environment?.UntilNow() is { Count: > 0 } changes)
        {
            setup[CallSetup.Environment] = changes;
        }
    }

    /// <summary>To ask for it reads the list of all mounts, each time: a tenth of what a small call takes.</summary>
    private static string ProviderPathOf(PathInfo location) =>
        location.Provider.Name == "FileSystem" && location.Drive is { Root.Length: > 0 } drive && location.Path.StartsWith(drive.Root, StringComparison.Ordinal)
            ? location.Path
            : location.ProviderPath;
}
