namespace Loky.PowerShell.Serialization;

/// <summary>What an array is whose first element is <see cref="PSExtension.Composite"/>. The comments list the elements that
/// follow.</summary>
internal enum PSComposite : byte
{
    Object = 1, // Base object (nil: a custom object), type names or nil, text or nil, members.
    Typed = 2, // Type, and what the formatter of that makes of it.
    ArrayList = 4, // Elements.
    Hashtable = 10, // Comparer, keys and values in turn.
    OrderedDictionary = 11, // Comparer, keys and values in turn.
    DictionaryEntry = 13, // Key, value.
    Enum = 15, // Type name, number, text.
    Type = 16, // Type, its name.
    Drive = 19, // Name, name of its provider.
    Provider = 20, // Name.
    Credential = 21, // User name, secure string.
    KnownInstance = 22, // Type name, then field names and values in turn.
    Exception = 23, // See PSExceptionFormatter.
    ErrorRecord = 24, // See RecordFormatter, as for those up to ProgressRecord.
    WarningRecord = 25,
    VerboseRecord = 26,
    DebugRecord = 27,
    InformationRecord = 28,
    HostInformationMessage = 29,
    ProgressRecord = 30,
    Converted = 32, // Number of the converter, value that was sent instead.
    OrderedHashtable = 34, // Comparer, keys and values in turn.
    UnixStat = 38, // Names and values of its fields in turn.
    DataTable = 39, // Layout, rows. See DataTableFormatter.
    DataRow = 40, // Table without rows, state, original values or nil, current values or nil.
    DataSet = 41, // See DataSetFormatter.
    RegexMatch = 42, // Nothing for one that found nothing; otherwise expression, text, places of the captures of each group.
    RegexGroup = 43, // Name, text, places of the captures.
    RegexCapture = 44, // Text, index, length.
    CommandResult = 45, // Number of the type, then names and values of its properties in turn. See CommandResults.
    XmlNode = 46, // Kind, document with nothing but the node.
    RebuiltException = 47, // As Exception, with the message it was made with; fields in place of properties.
}
