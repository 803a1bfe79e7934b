using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.Collections;
using System.Runtime.CompilerServices;
using System.Security;

namespace Loky.PowerShell.Serialization;

/// <summary>The formatters of PowerShell values: what writes the values of a type, found once and kept, and what reads the
/// composite values of a kind. Those of extension values are read by <see cref="ScalarFormatters"/>.</summary>
internal static class PSFormatters
{
    private const int Any = -1;
    private const int Even = -2;
    private const int Odd = -3;

    private static readonly ConcurrentDictionary<Type, Action<PSWriteSession, object>> Writers = CreateWriters();
    private static readonly ConditionalWeakTable<Type, Action<PSWriteSession, object>> Unloadable = [];
    private static readonly (int Count, ReadParts? Read)[] Readers = CreateReaders();

    private delegate object ReadParts(ref WireReader reader, PSReadSession session, int slot, int count);

    public static Action<PSWriteSession, object> For(Type type)
    {
        if (Writers.TryGetValue(type, out Action<PSWriteSession, object>? write))
        {
            return write;
        }

        // The classes of scripts can be unloaded, which an entry there would prevent.
        return type.IsCollectible ? Unloadable.GetValue(type, Find) : Writers.GetOrAdd(type, Find);
    }

    public static object Read(ref WireReader reader, PSReadSession session)
    {
        int count = reader.ReadArrayHeader();
        int slot = session.Reserve();
        reader.Enter();
        object result = count > 0 && reader.NextIsExtensionOfOneByte && reader.PeekExtensionType() == PSExtension.Composite
            ? ReadComposite(ref reader, session, slot, count - 1)
            : ArrayFormatters.ReadObjects(ref reader, session, slot, count);
        reader.Leave();
        session.Register(slot, result);
        return result;
    }

    private static object ReadComposite(ref WireReader reader, PSReadSession session, int slot, int count)
    {
        byte kind = reader.ReadExtension(out _)[0];
        (int expected, ReadParts? read) = Readers[kind];
        if (read is null)
        {
            throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, kind, nameof(PSComposite)));
        }

        bool fits = expected switch
        {
            Any => true,
            Even => count % 2 == 0,
            Odd => count % 2 == 1,
            _ => count == expected,
        };
        return fits
            ? read(ref reader, session, slot, count)
            : throw new FormatException(MessageText.Format(Messages.PSValueWrongSize, count, (PSComposite)kind));
    }

    private static ConcurrentDictionary<Type, Action<PSWriteSession, object>> CreateWriters()
    {
        var writers = new ConcurrentDictionary<Type, Action<PSWriteSession, object>>
        {
            [typeof(string)] = static (session, value) => StringFormatter.Write(session.Writer, (string)value),
            [typeof(int)] = static (session, value) => session.Writer.Write((int)value),
            [typeof(bool)] = static (session, value) => session.Writer.Write((bool)value),
            [typeof(double)] = static (session, value) => session.Writer.Write((double)value),
            [typeof(float)] = static (session, value) => session.Writer.Write((float)value),
            [typeof(byte[])] = ArrayFormatters.WriteBytes,
            [typeof(object[])] = ArrayFormatters.WriteObjects,
            [typeof(ArrayList)] = ArrayFormatters.WriteList,
            [typeof(Hashtable)] = DictionaryFormatter.WriteHashtable,
            [typeof(OrderedDictionary)] = DictionaryFormatter.WriteOrdered,
            [typeof(DictionaryEntry)] = DictionaryFormatter.WriteEntry,
            [typeof(PSDriveInfo)] = DriveFormatter.Write,
            [typeof(ProviderInfo)] = DriveFormatter.WriteProvider,
            [typeof(SecureString)] = SecretFormatter.WriteSecureString,
            [typeof(PSCredential)] = SecretFormatter.WriteCredential,
            [typeof(ErrorRecord)] = RecordFormatter.WriteErrorValue,
            [typeof(WarningRecord)] = RecordFormatter.WriteMessage,
            [typeof(VerboseRecord)] = RecordFormatter.WriteMessage,
            [typeof(DebugRecord)] = RecordFormatter.WriteMessage,
            [typeof(InformationRecord)] = RecordFormatter.WriteInformation,
            [typeof(HostInformationMessage)] = RecordFormatter.WriteHostMessage,
            [typeof(ProgressRecord)] = RecordFormatter.WriteProgress,
        };
        ScalarFormatters.AddTo(writers);
        return writers;
    }

    private static Action<PSWriteSession, object> Find(Type type) =>
        type.IsEnum ? PSTypeFormatter.WriteEnum
        : TypedFormatter.Find(type) is { } typed ? typed
        : typeof(Exception).IsAssignableFrom(type) ? PSExceptionFormatter.Write
        : typeof(Type).IsAssignableFrom(type) ? PSTypeFormatter.Write
        : typeof(ErrorRecord).IsAssignableFrom(type) ? RecordFormatter.WriteErrorValue
        : typeof(WarningRecord).IsAssignableFrom(type) ? RecordFormatter.WriteMessage
        : typeof(ScriptBlock).IsAssignableFrom(type) ? ScriptFormatter.Write
        : EncodingFormatter.CanWrite(type) ? EncodingFormatter.Write
        : RareFormatters.Find(type) ?? PropertyBagFormatter.Write;

    private static (int Count, ReadParts? Read)[] CreateReaders()
    {
        // What a session may never use is each in a class of its own, so that its assembly is not loaded for nothing. No dictionary
        // of pairs, whose code would be compiled at each start.
        var table = new (int Count, ReadParts? Read)[byte.MaxValue + 1];
        Add(PSComposite.Object, 4, static (ref WireReader reader, PSReadSession session, int slot, int _) => PSObjectFormatter.Read(ref reader, session, slot));
        Add(PSComposite.Typed, 2, static (ref WireReader reader, PSReadSession session, int slot, int _) => TypedFormatter.Read(ref reader, session, slot));
        Add(PSComposite.ArrayList, Any, ArrayFormatters.ReadList);
        Add(PSComposite.Hashtable, Odd, DictionaryFormatter.ReadHashtable);
        Add(PSComposite.OrderedDictionary, Odd, DictionaryFormatter.ReadOrdered);
        Add(PSComposite.OrderedHashtable, Odd, DictionaryFormatter.ReadOrderedHashtable);
        Add(PSComposite.DictionaryEntry, 2, static (ref WireReader reader, PSReadSession session, int _, int _) => DictionaryFormatter.ReadEntry(ref reader, session));
        Add(PSComposite.Enum, 3, static (ref WireReader reader, PSReadSession session, int _, int _) => PSTypeFormatter.ReadEnum(ref reader, session));
        Add(PSComposite.Type, 2, static (ref WireReader reader, PSReadSession session, int _, int _) => PSTypeFormatter.Read(ref reader, session));
        Add(PSComposite.Drive, 2, static (ref WireReader reader, PSReadSession session, int _, int _) => DriveFormatter.Read(ref reader, session));
        Add(PSComposite.Provider, 1, static (ref WireReader reader, PSReadSession session, int _, int _) => DriveFormatter.ReadProvider(ref reader, session));
        Add(PSComposite.Credential, 2, static (ref WireReader reader, PSReadSession session, int _, int _) => SecretFormatter.ReadCredential(ref reader, session));
        Add(PSComposite.Converted, 2, static (ref WireReader reader, PSReadSession session, int _, int _) => ReadConverted(ref reader, session));
        Add(PSComposite.KnownInstance, Odd, KnownInstanceFormatter.Read);
        Add(PSComposite.Exception, 9, static (ref WireReader reader, PSReadSession session, int slot, int _) => PSExceptionFormatter.Read(ref reader, session, slot));
        Add(PSComposite.RebuiltException, 10, static (ref WireReader reader, PSReadSession session, int slot, int _) => PSExceptionFormatter.ReadRebuilt(ref reader, session, slot));
        Add(PSComposite.ErrorRecord, 12, static (ref WireReader reader, PSReadSession session, int slot, int _) => RecordFormatter.ReadErrorValue(ref reader, session, slot));
        Add(PSComposite.WarningRecord, 3, static (ref WireReader reader, PSReadSession session, int _, int _) => RecordFormatter.ReadMessage(ref reader, session, PSComposite.WarningRecord));
        Add(PSComposite.VerboseRecord, 3, static (ref WireReader reader, PSReadSession session, int _, int _) => RecordFormatter.ReadMessage(ref reader, session, PSComposite.VerboseRecord));
        Add(PSComposite.DebugRecord, 3, static (ref WireReader reader, PSReadSession session, int _, int _) => RecordFormatter.ReadMessage(ref reader, session, PSComposite.DebugRecord));
        Add(PSComposite.InformationRecord, 9, static (ref WireReader reader, PSReadSession session, int _, int _) => RecordFormatter.ReadInformation(ref reader, session));
        Add(PSComposite.HostInformationMessage, 4, static (ref WireReader reader, PSReadSession session, int _, int _) => RecordFormatter.ReadHostMessage(ref reader, session));
        Add(PSComposite.ProgressRecord, 8, static (ref WireReader reader, PSReadSession session, int _, int _) => RecordFormatter.ReadProgress(ref reader, session));
        Add(PSComposite.UnixStat, Even, static (ref WireReader reader, PSReadSession session, int slot, int count) => CommandResults.ReadUnixStat(ref reader, session, slot, count / 2));
        Add(PSComposite.DataTable, 2, static (ref WireReader reader, PSReadSession session, int slot, int _) => DataTableFormatter.Read(ref reader, session, slot));
        Add(PSComposite.DataRow, 4, static (ref WireReader reader, PSReadSession session, int _, int _) => DataTableFormatter.ReadRowValue(ref reader, session));
        Add(PSComposite.DataSet, 6, static (ref WireReader reader, PSReadSession session, int slot, int _) => DataSetFormatter.Read(ref reader, session, slot));
        Add(PSComposite.RegexMatch, Any, static (ref WireReader reader, PSReadSession session, int _, int count) => MatchFormatter.Read(ref reader, session, count));
        Add(PSComposite.RegexGroup, 3, static (ref WireReader reader, PSReadSession _, int _, int _) => MatchFormatter.ReadGroup(ref reader));
        Add(PSComposite.RegexCapture, 3, static (ref WireReader reader, PSReadSession _, int _, int _) => MatchFormatter.ReadCapture(ref reader));
        Add(PSComposite.CommandResult, Odd, static (ref WireReader reader, PSReadSession session, int slot, int count) => CommandResults.Read(ref reader, session, slot, count / 2));
        Add(PSComposite.XmlNode, 2, static (ref WireReader reader, PSReadSession _, int _, int _) => XmlNodeFormatter.Read(ref reader));
        return table;

        void Add(PSComposite kind, int count, ReadParts read) => table[(int)kind] = (count, read);
    }

    private static object ReadConverted(ref WireReader reader, PSReadSession session) =>
        session.Converters is { } converters
            ? converters.Read(ref reader, session)
            : throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, PSComposite.Converted, nameof(PSComposite)));
}
