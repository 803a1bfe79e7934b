namespace Loky.PowerShell;

/// <summary>The identifiers of the module's errors: the first part of each FullyQualifiedErrorId.</summary>
internal static class ErrorIds
{
    public const string WorkerTerminated = "LokyWorkerTerminated";
    public const string InvalidMaxWorkers = "LokyInvalidMaxWorkers";
    public const string InvalidCount = "LokyInvalidCount";
    public const string InvalidMemory = "LokyInvalidMemory";
    public const string InvalidTimeout = "LokyInvalidTimeout";
    public const string InvalidBatchSize = "LokyInvalidBatchSize";
    public const string InvalidRetry = "LokyInvalidRetry";
    public const string InvalidCaptureExclude = "LokyInvalidCaptureExclude";
    public const string InvalidEnvironment = "LokyInvalidEnvironment";
    public const string InvalidConverter = "LokyInvalidConverter";
    public const string Serialization = "LokySerialization";
    public const string TaskTimeout = "LokyTaskTimeout";
    public const string CallTimeout = "LokyTimeout";
    public const string BrokenExecutor = "LokyBrokenExecutor";
    public const string ShutdownExecutor = "LokyShutdownExecutor";
    public const string Recursion = "LokyRecursion";
    public const string Capture = "LokyCapture";
    public const string LanguageMode = "LokyLanguageMode";
    public const string NamedBlocks = "LokyNamedBlocks";
    public const string Mock = "LokyMock";
    public const string ScriptExited = "LokyScriptExited";
    public const string TaskFailed = "LokyTaskFailed";
    public const string InvalidHost = "LokyInvalidHost";
    public const string HostConnection = "LokyHostConnection";
    public const string HostNotFound = "LokyHostNotFound";
    public const string MalformedResult = "LokyMalformedResult";
    public const string LogFailed = "LokyLogFailed";
    public const string LogInUse = "LokyLogInUse";
    public const string LogExists = "LokyLogExists";
    public const string LogUnreadable = "LokyLogUnreadable";
    public const string LogDiffers = "LokyLogDiffers";
    public const string ExportFailed = "LokyExportFailed";
    public const string InvalidLogUse = "LokyInvalidLogUse";
    public const string UndefinedUsing = "UsingVariableIsUndefined";
}
