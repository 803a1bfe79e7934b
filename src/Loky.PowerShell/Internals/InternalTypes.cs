namespace Loky.PowerShell.Internals;

/// <summary>The types of signatures that are only known by their names.</summary>
internal static class InternalTypes
{
    public static readonly InternalType CommandRuntime = Of("MshCommandRuntime");
    public static readonly InternalType DotNetAdapter = Of("DotNetAdapter");
    public static readonly InternalType ErrorHandling = Of("ScriptBlock+ErrorHandlingBehavior");
    public static readonly InternalType ExecutionContext = Of("ExecutionContext");
    public static readonly InternalType MemberCollection = Of("PSMemberInfoInternalCollection`1[System.Management.Automation.PSMemberInfo]");
    public static readonly InternalType MemberCollectionReference = Of("PSMemberInfoInternalCollection`1[System.Management.Automation.PSMemberInfo]&");
    public static readonly InternalType MethodWrapper = Of("Internal.ScriptBlockMemberMethodWrapper");
    public static readonly InternalType ParameterMetadataProvider = Of("Language.IParameterMetadataProvider");
    public static readonly InternalType Pipe = Of("Internal.Pipe");
    public static readonly InternalType PositionUtilities = Of("Language.PositionUtilities");
    public static readonly InternalType RemoteCommandInfo = Of("RemoteCommandInfo");
    public static readonly InternalType SessionScope = Of("SessionStateScope");
    public static readonly InternalType SessionStateInternal = Of("SessionStateInternal");
    public static readonly InternalType SessionStateKeeper = Of("Internal.SessionStateKeeper");
    public static readonly InternalType StopUpstreamCommands = Of("StopUpstreamCommandsException");
    public static readonly InternalType TypeNames = Of("Runspaces.ConsolidatedString");

    /// <summary>Without it, semantic versions come as their text.</summary>
    public static readonly InternalType SemanticVersion = Of("SemanticVersion");

    /// <summary>Without it, tables that keep the order of their keys come as tables that do not.</summary>
    public static readonly InternalType OrderedHashtable = Of("OrderedHashtable");

    /// <summary>Without it, what the file system says of a Unix file comes as a custom object of the same properties.</summary>
    public static readonly InternalType UnixStat = Of("Platform+Unix+CommonStat");

    private static InternalType Of(string name) => new(typeof(PSObject), "System.Management.Automation." + name);
}
