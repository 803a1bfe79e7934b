namespace Loky.PowerShell.Serialization;

/// <summary>The drive and provider that PowerShell adds to each file and folder, by their name.</summary>
internal static class DriveFormatter
{
    public static void Write(PSWriteSession session, object value)
    {
        var drive = (PSDriveInfo)value;
        session.SkipReference();
        session.BeginComposite(PSComposite.Drive, 2);
        session.Writer.Write(drive.Name);
        session.Writer.Write(drive.Provider?.Name);
    }

    public static void WriteProvider(PSWriteSession session, object value)
    {
        session.SkipReference();
        session.BeginComposite(PSComposite.Provider, 1);
        session.Writer.Write(((ProviderInfo)value).Name);
    }

    /// <summary>Reads a drive: that of the session, or where there is none of this name, its name.</summary>
    public static object Read(ref WireReader reader, PSReadSession session)
    {
        string name = session.Names.Read(ref reader);
        string? provider = reader.ReadString();
        return session.Session?.Drive.GetAll().FirstOrDefault(drive => drive.Name == name && drive.Provider?.Name == provider) ?? (object)name;
    }

    public static object ReadProvider(ref WireReader reader, PSReadSession session)
    {
        string name = session.Names.Read(ref reader);
        return session.Session?.Provider.GetAll().FirstOrDefault(provider => provider.Name == name) ?? (object)name;
    }
}
