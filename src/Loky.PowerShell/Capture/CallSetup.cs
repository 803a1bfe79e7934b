namespace Loky.PowerShell.Capture;

/// <summary>The keys of the table that tells a worker what the items of a call have in common.</summary>
internal static class CallSetup
{
    /// <summary>The scriptblock's text.</summary>
    public const string Script = "Script";

    /// <summary>The file that the text is from, or null.</summary>
    public const string File = "File";

    /// <summary>The line of that file at which the text starts, from 1.</summary>
    public const string Line = "Line";

    /// <summary>The column of that line at which the text starts, from 1.</summary>
    public const string Column = "Column";

    /// <summary>The arguments of the scriptblock.</summary>
    public const string Arguments = "Arguments";

    /// <summary>The variables to set before the first item: name and value.</summary>
    public const string Variables = "Variables";

    /// <summary>The caller's current location.</summary>
    public const string Location = "Location";

    /// <summary>The name of the caller's culture.</summary>
    public const string Culture = "Culture";

    /// <summary>The name of the culture of the caller's user interface.</summary>
    public const string UICulture = "UICulture";
}
