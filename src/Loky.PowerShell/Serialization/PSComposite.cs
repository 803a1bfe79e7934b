namespace Loky.PowerShell.Serialization;

/// <summary>What an array is whose first element is <see cref="PSExtension.Composite"/>. The comments list the elements that
/// follow.</summary>
internal enum PSComposite : byte
{
    /// <summary>Base object (nil: a custom object), type names or nil, text or nil, members.</summary>
    Object = 1,

    /// <summary>Type, and what the formatter of that makes of it.</summary>
    Typed = 2,

    /// <summary>Elements.</summary>
    ArrayList = 4,

    /// <summary>Comparer, keys and values in turn.</summary>
    Hashtable = 10,

    /// <summary>Comparer, keys and values in turn.</summary>
    OrderedDictionary = 11,

    /// <summary>Key, value.</summary>
    DictionaryEntry = 13,

    /// <summary>Type name, number, text.</summary>
    Enum = 15,

    /// <summary>Type.</summary>
    Type = 16,

    /// <summary>Name, root.</summary>
    Drive = 19,

    /// <summary>Name.</summary>
    Provider = 20,

    /// <summary>User name, secure string.</summary>
    Credential = 21,

    /// <summary>Type name, then field names and values in turn.</summary>
    KnownInstance = 22,

    /// <summary>See <see cref="PSExceptionFormatter"/>.</summary>
    Exception = 23,

    /// <summary>See <see cref="RecordFormatter"/>.</summary>
    ErrorRecord = 24,

    /// <summary>See <see cref="RecordFormatter"/>.</summary>
    WarningRecord = 25,

    /// <summary>See <see cref="RecordFormatter"/>.</summary>
    VerboseRecord = 26,

    /// <summary>See <see cref="RecordFormatter"/>.</summary>
    DebugRecord = 27,

    /// <summary>See <see cref="RecordFormatter"/>.</summary>
    InformationRecord = 28,

    /// <summary>See <see cref="RecordFormatter"/>.</summary>
    HostInformationMessage = 29,

    /// <summary>See <see cref="RecordFormatter"/>.</summary>
    ProgressRecord = 30,

    /// <summary>Number of the converter, value that was sent instead.</summary>
    Converted = 32,

    /// <summary>Comparer, keys and values in turn.</summary>
    OrderedHashtable = 34,

    /// <summary>Names and values of its fields in turn. See <see cref="UnixStatFormatter"/>.</summary>
    UnixStat = 38,

    /// <summary>Layout, rows. See <see cref="DataTableFormatter"/>.</summary>
    DataTable = 39,

    /// <summary>Table without rows, state, original values or nil, current values or nil.</summary>
    DataRow = 40,

    /// <summary>See <see cref="DataSetFormatter"/>.</summary>
    DataSet = 41,

    /// <summary>Nothing for one that found nothing; otherwise expression, text, places of the captures of each group.</summary>
    RegexMatch = 42,

    /// <summary>Name, text, places of the captures.</summary>
    RegexGroup = 43,

    /// <summary>Text, index, length.</summary>
    RegexCapture = 44,

    /// <summary>Number of the type, then names and values of its properties in turn. See <see cref="CommandResults"/>.</summary>
    CommandResult = 45,

    /// <summary>Kind, document with nothing but the node.</summary>
    XmlNode = 46,

    /// <summary>As <see cref="Exception"/>, with the message it was made with; fields in place of properties.</summary>
    RebuiltException = 47,
}
