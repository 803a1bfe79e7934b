using System.Management.Automation.Language;

namespace Loky.PowerShell.Internals;

/// <summary>Members of scriptblocks, of their syntax trees, and of the classes that scripts define.</summary>
internal static class ScriptInternals
{
    public delegate void InvokeScript(
        ScriptBlock script,
        bool useLocalScope,
        int errorHandling,
        object? item,
        object? input,
        object? self,
        object pipe,
        InvocationInfo? invocation,
        bool propagateAllExceptions,
        List<PSVariable>? variables,
        Dictionary<string, ScriptBlock>? functions,
        object?[] arguments);

    /// <summary>Runs a block on an item. Without it, a script around it does: slower, one more line in script traces.</summary>
    public static readonly InternalDelegate<InvokeScript> InvokeWithPipe = new(
        typeof(ScriptBlock),
        "InvokeWithPipe",
        typeof(void),
        typeof(bool),
        InternalTypes.ErrorHandling,
        typeof(object),
        typeof(object),
        typeof(object),
        InternalTypes.Pipe,
        typeof(InvocationInfo),
        typeof(bool),
        typeof(List<PSVariable>),
        typeof(Dictionary<string, ScriptBlock>),
        typeof(object[]));

    /// <summary>What a script may do. Without it, the language mode of the session stands for that of its scripts.</summary>
    public static readonly InternalProperty<object> LanguageMode = new(typeof(ScriptBlock), "LanguageMode", typeof(PSLanguageMode?));

    /// <summary>The session that a block was written in. Without it, the caller's, for a block of no module.</summary>
    public static readonly InternalProperty<object> Session = new(typeof(ScriptBlock), "SessionStateInternal", InternalTypes.SessionStateInternal);

    /// <summary>Makes a scriptblock unparsed. Without it, one that may run code when it is parsed comes as its text.</summary>
    public static readonly InternalDelegate<Func<string, bool, ScriptBlock>> NewDelayParsed =
        new(typeof(ScriptBlock), "CreateDelayParsedScriptBlock", typeof(ScriptBlock), typeof(string), typeof(bool));

    /// <summary>Makes the block of a function. Without it, the function is defined, and its block taken.</summary>
    public static readonly InternalConstructor<ScriptBlock> NewFunction = new(typeof(ScriptBlock), InternalTypes.ParameterMetadataProvider, typeof(bool));

    /// <summary>What a <c>using module</c> found. Without it, the text of its classes goes along beside the statement.</summary>
    public static readonly InternalProperty<PSModuleInfo> UsedModule = new(typeof(UsingStatementAst), "ModuleInfo");

    /// <summary>The <c>clean</c> block of a script. Without it, a block that has one is not refused.</summary>
    public static readonly InternalProperty<NamedBlockAst> CleanBlock = new(typeof(ScriptBlockAst), "CleanBlock");

    /// <summary>Makes the script of <c>$MyInvocation</c>. Without it, PowerShell makes an invocation for each item.</summary>
    public static readonly InternalConstructor<ScriptInfo> NewScript =
        new(typeof(ScriptInfo), typeof(string), typeof(ScriptBlock), InternalTypes.ExecutionContext);

    /// <summary>The syntax tree of a method of a class. Without it, a class is sought in the script of the block and in the file
    /// that defined it: one of the prompt comes as a property bag.</summary>
    public static readonly InternalField<object> MethodSyntax = new(InternalTypes.MethodWrapper, "_ast", InternalTypes.ParameterMetadataProvider);

    /// <summary>The session that methods of a class run in. Without it, they run in the one that calls them.</summary>
    public static readonly InternalMethod KeptSession = new(InternalTypes.SessionStateKeeper, "GetSessionState", typeof(object));
}
