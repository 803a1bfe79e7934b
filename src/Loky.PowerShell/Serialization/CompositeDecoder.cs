using System.Collections;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Management.Automation;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Reads arrays: those that are one, and those that stand for something else.</summary>
internal static class CompositeDecoder
{
    /// <summary>Reads the array that is next.</summary>
    public static object Read(ref WireReader reader, PSValueReader values)
    {
        int count = reader.ReadArrayHeader();
        int slot = values.ReserveReference();
        reader.Enter();
        object result = count > 0 && IsComposite(ref reader)
            ? ReadComposite(ref reader, values, slot, count - 1)
            : ReadObjects(ref reader, values, slot, count);
        reader.Leave();
        values.SetReference(slot, result);
        return result;
    }

    private static bool IsComposite(ref WireReader reader) =>
        reader.NextIsExtensionOfOneByte && reader.PeekExtensionType() == PSExtension.Composite;

    private static object[] ReadObjects(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        // Members can be added to an array: an empty one must not be the same as any other.
        var array = new object[count];
        values.SetReference(slot, array);
        for (int i = 0; i < array.Length; i++)
        {
            array[i] = values.ReadValue(ref reader)!;
        }

        return array;
    }

    private static object ReadComposite(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        var kind = (PSComposite)reader.ReadExtension(out _)[0];
        switch (kind)
        {
            case PSComposite.Object:
                Expect(kind, count, 4);
                return ObjectDecoder.Read(ref reader, values, slot);
            case PSComposite.ArrayList:
                return ReadArrayList(ref reader, values, slot, count);
            case PSComposite.Hashtable:
                return DictionaryDecoder.ReadHashtable(ref reader, values, slot, count);
            case PSComposite.OrderedDictionary:
                return DictionaryDecoder.ReadOrdered(ref reader, values, slot, count);
            case PSComposite.OrderedHashtable:
                return OrderedHashtables.Read(ref reader, values, slot, count);
            case PSComposite.Enum:
                Expect(kind, count, 3);
                return EnumCodec.Read(ref reader, values);
            case PSComposite.FileInfo:
                Expect(kind, count, 1);
                return FileSystemCodec.ReadFile(ref reader);
            case PSComposite.DirectoryInfo:
                Expect(kind, count, 1);
                return FileSystemCodec.ReadDirectory(ref reader);
            case PSComposite.Drive:
                Expect(kind, count, 2);
                return FileSystemCodec.ReadDrive(ref reader, values);
            case PSComposite.Provider:
                Expect(kind, count, 1);
                return FileSystemCodec.ReadProvider(ref reader, values);
            case PSComposite.Converted when values.Converters is { } converters:
                Expect(kind, count, 2);
                return converters.Read(ref reader, values);
            case PSComposite.KnownInstance when count % 2 == 1:
                return KnownInstanceCodec.Read(ref reader, values, slot, count / 2);
            default:
                return GenericDecoder.TryRead(ref reader, values, slot, kind, count)
                    ?? RareCompositeDecoder.TryRead(ref reader, values, slot, kind, count)
                    ?? ReadRecord(ref reader, values, slot, kind, count);
        }
    }

    private static object ReadRecord(ref WireReader reader, PSValueReader values, int slot, PSComposite kind, int count)
    {
        switch (kind)
        {
            case PSComposite.Exception:
                Expect(kind, count, 9);
                return ExceptionCodec.Read(ref reader, values, slot);
            case PSComposite.KnownException:
                Expect(kind, count, 10);
                return ScriptExceptions.Read(ref reader, values, slot);
            case PSComposite.ErrorRecord:
                Expect(kind, count, 12);
                return PSRecordCodec.ReadErrorValue(ref reader, values, slot);
            case PSComposite.WarningRecord:
            case PSComposite.VerboseRecord:
            case PSComposite.DebugRecord:
                Expect(kind, count, 3);
                return PSRecordCodec.ReadMessage(ref reader, values, kind);
            case PSComposite.InformationRecord:
                Expect(kind, count, 9);
                return PSRecordCodec.ReadInformation(ref reader, values);
            case PSComposite.HostInformationMessage:
                Expect(kind, count, 4);
                return PSRecordCodec.ReadHostMessage(ref reader, values);
            case PSComposite.ProgressRecord:
                Expect(kind, count, 8);
                return PSRecordCodec.ReadProgress(ref reader, values);
            case PSComposite.DictionaryEntry:
                Expect(kind, count, 2);
                object key = values.ReadValue(ref reader)!;
                return new DictionaryEntry(key, values.ReadValue(ref reader));
            case PSComposite.Type:
                Expect(kind, count, 2);
                return ReadType(ref reader, values);
            case PSComposite.Credential:
                Expect(kind, count, 2);
                return SecretCodec.ReadCredential(ref reader, values);
            default:
                throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, (int)kind, nameof(PSComposite)));
        }
    }

    private static ArrayList ReadArrayList(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        var list = new ArrayList(PSValueReader.Capacity(count));
        values.SetReference(slot, list);
        for (int i = 0; i < count; i++)
        {
            _ = list.Add(values.ReadValue(ref reader));
        }

        return list;
    }

    private static object ReadType(ref WireReader reader, PSValueReader values)
    {
        Type? type = WireType.ReadAnyLoaded(ref reader, values);
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
