using System.Management.Automation;
using Loky.Serialization;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// Files and folders by their path, so that they are live on the other side, and the drive and provider that PowerShell
/// adds to each of them by their name.
/// </summary>
internal static class FileSystemCodec
{
    /// <summary>Writes a <see cref="FileInfo"/> or <see cref="DirectoryInfo"/>.</summary>
    public static void Write(PSWriteSession session, object value)
    {
        if (!session.Begin(value))
        {
            return;
        }

        // ToString is the path as it was given; a relative one would be another file in a process with another folder.
        var info = (FileSystemInfo)value;
        string given = info.ToString();
        session.BeginComposite(info is FileInfo ? PSComposite.FileInfo : PSComposite.DirectoryInfo, 1);
        StringFormatter.Write(session.Writer, Path.IsPathFullyQualified(given) ? given : info.FullName);
        session.Leave();
    }

    /// <summary>Reads a file.</summary>
    public static FileInfo ReadFile(ref WireReader reader) => new(StringFormatter.Read(ref reader)!);

    /// <summary>Reads a folder.</summary>
    public static DirectoryInfo ReadDirectory(ref WireReader reader) => new(StringFormatter.Read(ref reader)!);

    /// <summary>Writes a drive.</summary>
    public static void WriteDrive(PSWriteSession session, object value)
    {
        var drive = (PSDriveInfo)value;
        session.SkipReference();
        session.BeginComposite(PSComposite.Drive, 2);
        session.Writer.Write(drive.Name);
        session.Writer.Write(drive.Provider?.Name);
    }

    /// <summary>Writes a provider.</summary>
    public static void WriteProvider(PSWriteSession session, object value)
    {
        session.SkipReference();
        session.BeginComposite(PSComposite.Provider, 1);
        session.Writer.Write(((ProviderInfo)value).Name);
    }

    /// <summary>Reads a drive: that of the session, or where there is none of this name, its name.</summary>
    public static object ReadDrive(ref WireReader reader, PSReadSession session)
    {
        string name = session.Names.Read(ref reader);
        string? provider = reader.ReadString();
        if (session.Session is { } state)
        {
            foreach (PSDriveInfo drive in state.Drive.GetAll())
            {
                if (drive.Name == name && drive.Provider?.Name == provider)
                {
                    return drive;
                }
            }
        }

        return name;
    }

    /// <summary>Reads a provider: that of the session, or where there is none of this name, its name.</summary>
    public static object ReadProvider(ref WireReader reader, PSReadSession session)
    {
        string name = session.Names.Read(ref reader);
        if (session.Session is { } state)
        {
            foreach (ProviderInfo provider in state.Provider.GetAll())
            {
                if (provider.Name == name)
                {
                    return provider;
                }
            }
        }

        return name;
    }
}
