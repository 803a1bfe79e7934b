using System.Management.Automation;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// Files and folders by their path, so that they are live on the other side, and the drive and provider that PowerShell
/// adds to each of them by their name.
/// </summary>
internal static class FileSystemCodec
{
    /// <summary>Writes a <see cref="FileInfo"/> or <see cref="DirectoryInfo"/>.</summary>
    public static void Write(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        // ToString is the path as it was given; a relative one would be another file in a process with another folder.
        var info = (FileSystemInfo)value;
        string given = info.ToString();
        writer.BeginComposite(info is FileInfo ? PSComposite.FileInfo : PSComposite.DirectoryInfo, 1);
        ScalarEncoders.WriteString(writer, Path.IsPathFullyQualified(given) ? given : info.FullName);
        writer.Leave();
    }

    /// <summary>Reads a file.</summary>
    public static FileInfo ReadFile(ref WireReader reader) => new(ReadPath(ref reader));

    /// <summary>Reads a folder.</summary>
    public static DirectoryInfo ReadDirectory(ref WireReader reader) => new(ReadPath(ref reader));

    /// <summary>Writes a drive.</summary>
    public static void WriteDrive(PSValueWriter writer, object value)
    {
        var drive = (PSDriveInfo)value;
        writer.SkipReference();
        writer.BeginComposite(PSComposite.Drive, 2);
        writer.Out.Write(drive.Name);
        writer.Out.Write(drive.Provider?.Name);
    }

    /// <summary>Writes a provider.</summary>
    public static void WriteProvider(PSValueWriter writer, object value)
    {
        writer.SkipReference();
        writer.BeginComposite(PSComposite.Provider, 1);
        writer.Out.Write(((ProviderInfo)value).Name);
    }

    /// <summary>Reads a drive: that of the session, or where there is none of this name, its name.</summary>
    public static object ReadDrive(ref WireReader reader, PSValueReader values)
    {
        string name = values.Names.Read(ref reader);
        string? provider = reader.ReadString();
        if (values.Session is { } session)
        {
            foreach (PSDriveInfo drive in session.Drive.GetAll())
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
    public static object ReadProvider(ref WireReader reader, PSValueReader values)
    {
        string name = values.Names.Read(ref reader);
        if (values.Session is { } session)
        {
            foreach (ProviderInfo provider in session.Provider.GetAll())
            {
                if (provider.Name == name)
                {
                    return provider;
                }
            }
        }

        return name;
    }

    private static string ReadPath(ref WireReader reader) =>
        reader.NextKind == WireKind.Extension
            ? ScalarDecoders.ReadUtf16(ref reader)
            : reader.ReadRequiredString();
}
