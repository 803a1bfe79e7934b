using System.Globalization;

namespace Loky.PowerShell.Serialization;

/// <summary>Enums: by the name of their type, their number, and the text for a reader that does not have the type.</summary>
internal static class PSEnumFormatter
{
    public static void Write(PSWriteSession session, object value)
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
    public static object Read(ref WireReader reader, PSReadSession session)
    {
        string name = session.Names.Read(ref reader);
        bool unsigned = reader.NextIsUInt64;
        ulong large = unsigned ? reader.ReadUInt64() : 0;
        long number = unsigned ? unchecked((long)large) : reader.ReadInt64();
        string text = reader.ReadRequiredString();
        Type? type = TypeResolver.Find(name, session.KnownTypes);
        if (type is { IsEnum: true })
        {
            return Enum.ToObject(type, number);
        }

        object plain = number is >= int.MinValue and <= int.MaxValue ? (object)(int)number : unsigned ? (object)large : number;
        var result = new PSObject(plain);
        result.TypeNames.Clear();
        result.TypeNames.Add(TypeNameList.Deserialized(name));
        result.TypeNames.Add("Deserialized.System.Enum");
        result.TypeNames.Add("Deserialized.System.ValueType");
        result.TypeNames.Add("Deserialized.System.Object");
        PSInternals.SetDeserializedText(result, text);
        return result;
    }
}
