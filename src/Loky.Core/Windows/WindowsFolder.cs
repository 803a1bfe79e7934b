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
        var folder = new DirectoryInfo(path);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(folder.FullName)!);
        if (!folder.Exists)
        {
            DirectorySecurity own = AccessOf(user);
            own.SetOwner(user.User!);
            folder.Create(own);
        }

        // Looked at afterwards in any case: somebody else may have made it at that very moment.
        var owner = (SecurityIdentifier?)folder.GetAccessControl(AccessControlSections.Owner).GetOwner(typeof(SecurityIdentifier));
        if (!MayOwn(owner, user.User!))
        {
            throw new UnauthorizedAccessException(MessageText.Format(Messages.FolderOfAnother, path, owner));
        }

        // Without an owner: to set that takes a right that the owner of a folder need not have.
        folder.SetAccessControl(AccessOf(user));
    }

    /// <summary>
    /// Tells whether closing a folder closes it, given its owner, who can always get access again. What the user makes as an
    /// administrator may belong to the group of all administrators, who have access to everything anyway.
    /// </summary>
    internal static bool MayOwn(SecurityIdentifier? owner, SecurityIdentifier user) =>
        owner is not null
        && (owner == user || owner.IsWellKnown(WellKnownSidType.BuiltinAdministratorsSid) || owner.IsWellKnown(WellKnownSidType.LocalSystemSid));

    private static DirectorySecurity AccessOf(WindowsIdentity user)
    {
        var security = new DirectorySecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(
            user.User!,
            FileSystemRights.FullControl,
            InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit,
            PropagationFlags.None,
            AccessControlType.Allow));
        return security;
    }
}
