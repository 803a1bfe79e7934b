namespace Loky.PowerShell.Serialization;

/// <summary>Types as values: the type, and its name for a reader that does not have it.</summary>
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

        var result = new PSObject();
        PSInternals.SetTypeNames(result, ["Deserialized.System.RuntimeType", "Deserialized.System.Type", "Deserialized.System.Object"]);
        PSInternals.SetDeserializedText(result, name);
        result.Members.Add(new PSNoteProperty("FullName", name));
        return result;
    }
}
