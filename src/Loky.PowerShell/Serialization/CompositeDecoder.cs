using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Collections;
using System.Management.Automation;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Reads arrays: those that are one, and those that stand for something else.</summary>
internal static class CompositeDecoder
{
    /// <summary>Reads the array that is next.</summary>
    public static object Read(ref WireReader reader, PSReadSession session)
    {
        int count = reader.ReadArrayHeader();
        int slot = session.Reserve();
        reader.Enter();
        object result = count > 0 && IsComposite(ref reader)
            ? ReadComposite(ref reader, session, slot, count - 1)
            : ReadObjects(ref reader, session, slot, count);
        reader.Leave();
        session.Register(slot, result);
        return result;
    }

    private static bool IsComposite(ref WireReader reader) =>
        reader.NextIsExtensionOfOneByte && reader.PeekExtensionType() == PSExtension.Composite;

    private static object[] ReadObjects(ref WireReader reader, PSReadSession session, int slot, int count)
    {
        // Members can be added to an array: an empty one must not be the same as any other.
        var array = new object[count];
        session.Register(slot, array);
        for (int i = 0; i < array.Length; i++)
        {
            array[i] = session.ReadValue(ref reader)!;
        }

        return array;
    }

    private static object ReadComposite(ref WireReader reader, PSReadSession session, int slot, int count)
    {
        var kind = (PSComposite)reader.ReadExtension(out _)[0];
        switch (kind)
        {
            case PSComposite.Object:
                Expect(kind, count, 4);
                return ObjectDecoder.Read(ref reader, session, slot);
            case PSComposite.Collection:
                Expect(kind, count, 2);
                return PSCollectionFormatter.Read(ref reader, session, slot);
            case PSComposite.ArrayList:
                return ReadArrayList(ref reader, session, slot, count);
            case PSComposite.Hashtable:
                return DictionaryDecoder.ReadHashtable(ref reader, session, slot, count);
            case PSComposite.OrderedDictionary:
                return DictionaryDecoder.ReadOrdered(ref reader, session, slot, count);
            case PSComposite.OrderedHashtable:
                return OrderedHashtables.Read(ref reader, session, slot, count);
            case PSComposite.Enum:
                Expect(kind, count, 3);
                return EnumCodec.Read(ref reader, session);
            case PSComposite.FileInfo:
                Expect(kind, count, 1);
                return FileSystemCodec.ReadFile(ref reader);
            case PSComposite.DirectoryInfo:
                Expect(kind, count, 1);
                return FileSystemCodec.ReadDirectory(ref reader);
            case PSComposite.Drive:
                Expect(kind, count, 2);
                return FileSystemCodec.ReadDrive(ref reader, session);
            case PSComposite.Provider:
                Expect(kind, count, 1);
                return FileSystemCodec.ReadProvider(ref reader, session);
            case PSComposite.Converted when session.Converters is { } converters:
                Expect(kind, count, 2);
                return converters.Read(ref reader, session);
            case PSComposite.KnownInstance when count % 2 == 1:
                return KnownInstanceCodec.Read(ref reader, session, slot, count / 2);
            default:
                return RareCompositeDecoder.TryRead(ref reader, session, slot, kind, count)
                    ?? ReadRecord(ref reader, session, slot, kind, count);
        }
    }

    private static object ReadRecord(ref WireReader reader, PSReadSession session, int slot, PSComposite kind, int count)
    {
        switch (kind)
        {
            case PSComposite.Exception:
                Expect(kind, count, 9);
                return ExceptionCodec.Read(ref reader, session, slot);
            case PSComposite.KnownException:
                Expect(kind, count, 10);
                return ScriptExceptions.Read(ref reader, session, slot);
            case PSComposite.ErrorRecord:
                Expect(kind, count, 12);
                return PSRecordCodec.ReadErrorValue(ref reader, session, slot);
            case PSComposite.WarningRecord:
            case PSComposite.VerboseRecord:
            case PSComposite.DebugRecord:
                Expect(kind, count, 3);
                return PSRecordCodec.ReadMessage(ref reader, session, kind);
            case PSComposite.InformationRecord:
                Expect(kind, count, 9);
                return PSRecordCodec.ReadInformation(ref reader, session);
            case PSComposite.HostInformationMessage:
                Expect(kind, count, 4);
                return PSRecordCodec.ReadHostMessage(ref reader, session);
            case PSComposite.ProgressRecord:
                Expect(kind, count, 8);
                return PSRecordCodec.ReadProgress(ref reader, session);
            case PSComposite.DictionaryEntry:
                Expect(kind, count, 2);
                object key = session.ReadValue(ref reader)!;
                return new DictionaryEntry(key, session.ReadValue(ref reader));
            case PSComposite.Type:
                Expect(kind, count, 2);
                return ReadType(ref reader, session);
            case PSComposite.Credential:
                Expect(kind, count, 2);
                return SecretCodec.ReadCredential(ref reader, session);
            default:
                throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, (int)kind, nameof(PSComposite)));
        }
    }

    private static ArrayList ReadArrayList(ref WireReader reader, PSReadSession session, int slot, int count)
    {
        var list = new ArrayList(PSReadSession.Capacity(count));
        session.Register(slot, list);
        for (int i = 0; i < count; i++)
        {
            _ = list.Add(session.ReadValue(ref reader));
        }

        return list;
    }

    private static object ReadType(ref WireReader reader, PSReadSession session)
    {
        Type? type = WireType.ReadAnyLoaded(ref reader, session);
        string name = reader.ReadRequiredString();
        if (type is not null)
        {
            return type;
        }

        // A type that is not here comes as remoting sends every type: its name and nothing that could be used as one.
        var result = new PSObject();
        PSInternals.SetTypeNames(result, ["Deserialized.System.RuntimeType", "Deserialized.System.Type", "Deserialized.System.Object"]);
        PSInternals.SetDeserializedText(result, name);
        result.Members.Add(new PSNoteProperty("FullName", name));
        return result;
    }

    private static void Expect(PSComposite kind, int count, int expected)
    {
        if (count != expected)
        {
            throw new FormatException(MessageText.Format(Messages.PSValueWrongSize, count, kind));
        }
    }
}
