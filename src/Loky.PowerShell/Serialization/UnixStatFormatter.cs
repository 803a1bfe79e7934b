using System.Reflection;

namespace Loky.PowerShell.Serialization;

/// <summary>What the file system says of a file on Unix: PowerShell's provider adds it to each file, and its mode, user and group
/// come from it. Names and values of its fields in turn; the reference assembly does not have the type.</summary>
internal static class UnixStatFormatter
{
    public const string TypeName = "System.Management.Automation.Platform+Unix+CommonStat";

    private static readonly Type? Type = InternalTypes.UnixStat.Value;

    private static readonly FieldInfo[] Fields = Type?.GetFields(BindingFlags.Instance | BindingFlags.Public) ?? [];

    public static void Write(PSWriteSession session, object value)
    {
        int start = session.Buffer.Length;
        if (session.Begin(value))
        {
            session.BeginComposite(PSComposite.UnixStat, Fields.Length * 2);
            foreach (FieldInfo field in Fields)
            {
                session.Writer.Write(field.Name);
                session.WriteValue(field.GetValue(value));
            }

            // Reading a file changes it.
            session.NotePassing(start);
            session.Leave();
        }
    }

    /// <summary>Reads the fields; where PowerShell has no such type, as the properties of a custom object.</summary>
    public static object Read(ref WireReader reader, PSReadSession session, int fields)
    {
        object result = ObjectInternals.NewUnixStat.New() ?? new PSObject();
        for (int i = 0; i < fields; i++)
        {
            string name = session.Names.Read(ref reader);
            object? value = session.ReadValue(ref reader);
            if (result is PSObject bag)
            {
                bag.Members.Add(new PSNoteProperty(name, value));
            }
            else if (Array.Find(Fields, field => field.Name == name) is { } field && field.FieldType.IsInstanceOfType(value))
            {
                field.SetValue(result, value);
            }
        }

        return result;
    }
}
