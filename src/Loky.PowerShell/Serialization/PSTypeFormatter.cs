using System.Globalization;

namespace Loky.PowerShell.Serialization;

/// <summary>Types as values: the type, and its name for a reader that does not have it. Enums: by the name of their type, their
/// number, and the text for a reader that does not have the type.</summary>
internal static class PSTypeFormatter
{
    public static void Write(PSWriteSession session, object value)
    {
        var type = (Type)value;
        session.SkipReference();
        session.BeginComposite(PSComposite.Type, 2);
        session.Types.WriteValue(type);
        session.Writer.Write(type.ToString());
    }

    /// <summary>One that is not loaded here comes as remoting sends every type: a name, which cannot be used as one.</summary>
    public static object Read(ref WireReader reader, PSReadSession session)
    {
        Type? type = session.Types.TryRead(ref reader, isValue: true);
        string name = reader.ReadRequiredString();
        if (type is not null)
        {
            return type;
        }

        PSObject result = PSInternals.NewBag(name, "Deserialized.System.RuntimeType", "Deserialized.System.Type", "Deserialized.System.Object");
        result.Members.Add(new PSNoteProperty("FullName", name));
        return result;
    }

    public static void WriteEnum(PSWriteSession session, object value)
    {
        Type type = value.GetType();
        session.Meet(type);
        WireWriter output = session.Writer;
        session.SkipReference();
        session.BeginComposite(PSComposite.Enum, 3);
        output.Write(KnownTypes.NameOf(type));
        if (Type.GetTypeCode(type) == TypeCode.UInt64)
        {
            output.Write(((IConvertible)value).ToUInt64(CultureInfo.InvariantCulture));
        }
        else
        {
            output.Write(((IConvertible)value).ToInt64(CultureInfo.InvariantCulture));
        }

        output.Write(value.ToString());
    }

    /// <summary>One whose type is not here comes as its number with the type names and the text, as in remoting.</summary>
    public static object ReadEnum(ref WireReader reader, PSReadSession session)
    {
        string name = session.Names.Read(ref reader);
        bool unsigned = reader.NextIsUInt64;
        ulong large = unsigned ? reader.ReadUInt64() : 0;
        long number = unsigned ? unchecked((long)large) : reader.ReadInt64();
        string text = reader.ReadRequiredString();
        if (TypeResolver.Find(name, session.KnownTypes) is { IsEnum: true } type)
        {
            return Enum.ToObject(type, number);
        }

        object plain = number is >= int.MinValue and <= int.MaxValue ? (object)(int)number : unsigned ? (object)large : number;
        var result = new PSObject(plain);
        PSInternals.SetTypeNames(
            result, TypeNameList.Deserialized(name), "Deserialized.System.Enum", "Deserialized.System.ValueType", "Deserialized.System.Object");
        PSInternals.SetDeserializedText(result, text);
        return result;
    }
}
