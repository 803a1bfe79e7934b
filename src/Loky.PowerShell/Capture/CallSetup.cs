namespace Loky.PowerShell.Capture;

/// <summary>The keys of the table that tells a worker what the items of a call have in common.</summary>
internal static class CallSetup
{
    public const string Script = "Script";

    /// <summary>The file that the text is from, or null.</summary>
    public const string File = "File";

    /// <summary>The line of that file at which the text starts, from 1.</summary>
    public const string Line = "Line";

    /// <summary>The column of that line at which the text starts, from 1.</summary>
    public const string Column = "Column";

    public const string Arguments = "Arguments";

    /// <summary>The variables to set before the first item: name and value.</summary>
    public const string Variables = "Variables";

    /// <summary>For each value that is sent apart, once to each worker, the names of the variables that have it.</summary>
    public const string SharedVariables = "SharedVariables";

    public const string Location = "Location";

    /// <summary>The caller's current location as its provider knows it, without drives.</summary>
    public const string ProviderLocation = "ProviderLocation";

    public const string ProcessDirectory = "ProcessDirectory";

    /// <summary>What stands before the text on its first line; null for an initializer.</summary>
    public const string Before = "Before";

    /// <summary>What stands behind the text on its last line; null for an initializer.</summary>
    public const string After = "After";

    public const string Culture = "Culture";

    public const string UICulture = "UICulture";

    /// <summary>The encoding in which the caller's process reads what programs write.</summary>
    public const string ConsoleOutputEncoding = "ConsoleOutputEncoding";

    public const string ConsoleInputEncoding = "ConsoleInputEncoding";

    /// <summary>The functions to define: name, and the table that tells their text.</summary>
    public const string Functions = "Functions";

    /// <summary>The aliases to define: name and target.</summary>
    public const string Aliases = "Aliases";

    /// <summary>The texts of classes and enums to define, with their places, each before those that need it.</summary>
    public const string Types = "Types";

    public const string TypeNames = "TypeNames";

    public const string Usings = "Usings";

    /// <summary>The modules to import: their paths, or a table of what a worker on another machine must know of one.</summary>
    public const string Modules = "Modules";

    /// <summary>The names of the types that have converters.</summary>
    public const string Converters = "Converters";

    /// <summary>For each of them, the script that gives what is sent instead of a value.</summary>
    public const string ToWire = "ToWire";

    /// <summary>For each of them, the script that makes a value of what was sent.</summary>
    public const string FromWire = "FromWire";

    /// <summary>The version of the strict mode that holds for the scriptblock, as text.</summary>
    public const string StrictMode = "StrictMode";

    /// <summary>For the text of a function's definition, its name.</summary>
    public const string FunctionName = "FunctionName";

    /// <summary>The environment variables that differ: name and value, null for one that is gone.</summary>
    public const string Environment = "Environment";
}
