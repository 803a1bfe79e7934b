using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace Loky.Windows;

/// <summary>Folders that only the user may enter, whatever those around them allow.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsFolder
{
    /// <summary>Makes a folder if need be, and closes it, with what will be in it, to all others.</summary>
    /// <exception cref="UnauthorizedAccessException">It is there, and another user's.</exception>
    public static void CreatePrivate(string path)
    {
        using WindowsIdentity user = WindowsIdentity.GetCurrent();
        var security = new DirectorySecurity();
        security.SetOwner(user.User!);
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(
            user.User!,
            FileSystemRights.FullControl,
            InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit,
            PropagationFlags.None,
            AccessControlType.Allow));
        var folder = new DirectoryInfo(path);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(folder.FullName)!);
        folder.Refresh();
        if (folder.Exists)
        {
            var owner = (SecurityIdentifier?)folder.GetAccessControl(AccessControlSections.Owner).GetOwner(typeof(SecurityIdentifier));
            if (!MayOwn(owner, user.User!))
            {
                throw new UnauthorizedAccessException(MessageText.Format(Messages.FolderOfAnother, path, owner));
            }

            folder.SetAccessControl(security);
        }
        else
        {
            folder.Create(security);
        }
    }

    /// <summary>
    /// Tells whether closing a folder with that owner closes it: an owner can always let himself in again. What the user makes as
    /// an administrator may belong to all of them, who can get in anyway.
    /// </summary>
    internal static bool MayOwn(SecurityIdentifier? owner, SecurityIdentifier user) =>
        owner is not null
        && (owner == user || owner.IsWellKnown(WellKnownSidType.BuiltinAdministratorsSid) || owner.IsWellKnown(WellKnownSidType.LocalSystemSid));
}
