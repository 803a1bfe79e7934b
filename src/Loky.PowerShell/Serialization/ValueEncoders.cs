using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using Loky.Serialization;

namespace Loky.PowerShell.Serialization;

/// <summary>Finds the encoder of a type once and keeps it.</summary>
internal static class ValueEncoders
{
    private static readonly ConcurrentDictionary<Type, ValueEncoder> Cache = CreateCache();

    /// <summary>Gets the encoder of values whose type is exactly <paramref name="type"/>.</summary>
    public static ValueEncoder For(Type type)
    {
        if (Cache.TryGetValue(type, out ValueEncoder? encoder))
        {
            return encoder;
        }

        encoder = Find(type);

        // The classes of scripts can be unloaded, which an entry here would prevent.
        if (!type.IsCollectible)
        {
            Cache[type] = encoder;
        }

        return encoder;
    }

    private static ConcurrentDictionary<Type, ValueEncoder> CreateCache()
    {
        var cache = new ConcurrentDictionary<Type, ValueEncoder>
        {
            [typeof(string)] = static (session, value) => StringFormatter.Write(session.Writer, (string)value),
            [typeof(int)] = static (session, value) => session.Writer.Write((int)value),
            [typeof(bool)] = static (session, value) => session.Writer.Write((bool)value),
            [typeof(double)] = static (session, value) => session.Writer.Write((double)value),
            [typeof(float)] = static (session, value) => session.Writer.Write((float)value),
            [typeof(byte[])] = CollectionEncoders.WriteBytes,
            [typeof(object[])] = CollectionEncoders.WriteObjectArray,
            [typeof(ArrayList)] = CollectionEncoders.WriteArrayList,
            [typeof(Hashtable)] = DictionaryEncoders.WriteHashtable,
            [typeof(OrderedDictionary)] = DictionaryEncoders.WriteOrdered,
            [typeof(DictionaryEntry)] = DictionaryEncoders.WriteEntry,
            [typeof(FileInfo)] = FileSystemCodec.Write,
            [typeof(DirectoryInfo)] = FileSystemCodec.Write,
            [typeof(PSDriveInfo)] = FileSystemCodec.WriteDrive,
            [typeof(ProviderInfo)] = FileSystemCodec.WriteProvider,
            [typeof(SecureString)] = SecretCodec.WriteSecureString,
            [typeof(PSCredential)] = SecretCodec.WriteCredential,
            [typeof(CultureInfo)] = ScalarEncoders.WriteCulture,
            [typeof(SwitchParameter)] = ScalarEncoders.WriteSwitch,
            [typeof(DBNull)] = ScalarEncoders.WriteDBNull,
            [typeof(ErrorRecord)] = PSRecordCodec.WriteErrorValue,
            [typeof(WarningRecord)] = PSRecordCodec.WriteMessage,
            [typeof(VerboseRecord)] = PSRecordCodec.WriteMessage,
            [typeof(DebugRecord)] = PSRecordCodec.WriteMessage,
            [typeof(InformationRecord)] = PSRecordCodec.WriteInformation,
            [typeof(HostInformationMessage)] = PSRecordCodec.WriteHostMessage,
            [typeof(ProgressRecord)] = PSRecordCodec.WriteProgress,
        };
        ScalarEncoders.AddTo(cache);
        return cache;
    }

    private static ValueEncoder Find(Type type)
    {
        if (type.IsEnum)
        {
            return EnumCodec.Write;
        }

        if (PSFormatterTable.IsCollection(type))
        {
            return type.Name.StartsWith("Sorted", StringComparison.Ordinal) ? PSCollectionFormatter.WriteSorted : PSCollectionFormatter.Write;
        }

        if (typeof(Exception).IsAssignableFrom(type))
        {
            return ExceptionCodec.Write;
        }

        if (typeof(Type).IsAssignableFrom(type))
        {
            return WireType.WriteValue;
        }

        if (typeof(ErrorRecord).IsAssignableFrom(type))
        {
            return PSRecordCodec.WriteErrorValue;
        }

        if (typeof(WarningRecord).IsAssignableFrom(type))
        {
            return PSRecordCodec.WriteMessage;
        }

        if (typeof(ScriptBlock).IsAssignableFrom(type))
        {
            return ScriptCodec.Write;
        }

        if (EncodingCodec.CanWrite(type))
        {
            return EncodingCodec.Write;
        }

        return RareEncoders.Find(type) ?? ObjectEncoder.WriteUnwrapped;
    }
}
